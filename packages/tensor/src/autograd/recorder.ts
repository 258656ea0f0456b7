import type { Backend, BufferHandle } from "@nn/backend";
import { BackendError } from "@nn/backend";
import type { OpDefinition } from "../core/op.js";
import { runtime } from "../core/runtime.js";
import type { Storage } from "../core/storage.js";
import { alias, type Tensor } from "../core/tensor.js";

/** What a fused forward kernel left behind. */
export interface SavedByKernel {
  readonly backend: Backend;
  readonly saved: readonly BufferHandle[];
}

/** The ops of one `valueAndGrad`, in the order in which they ran. */
export class Recorder {
  readonly nodes: Node[] = [];
  constructor(
    readonly parent: Recorder | null,
    /** Whether the gradients themselves will be differentiated. */
    readonly createGraph = false,
  ) {}

  /** Gives back all that the nodes hold, and detaches their outputs. */
  release(): void {
    for (const node of this.nodes) node.release();
  }
}

/**
 * One recorded op. Edges point to the nodes that made its inputs; storages of tensors that the gradient rule reads are
 * retained, so that scopes may dispose the handles.
 */
export class Node {
  /** Gradients of the outputs while a backward pass is under way. */
  grads: (Tensor | undefined)[] | null = null;
  /** The pass that found a path from here to a target. */
  activeIn: object | null = null;
  private released = false;

  constructor(
    readonly op: OpDefinition<unknown>,
    readonly inputs: readonly Tensor[],
    readonly outputs: readonly Tensor[],
    readonly attrs: unknown,
    readonly scalars: readonly number[],
    readonly edges: readonly (Node | null)[],
    /** Which output of the edge's node each input is; null when all are the first. */
    readonly edgeIndices: readonly number[] | null,
    private readonly inputStorages: readonly (Storage | null)[],
    private outputStorages: readonly (Storage | null)[] | null,
    private readonly versions: readonly number[] | null,
    readonly savedByKernel: SavedByKernel | undefined,
    readonly owner: object | undefined,
  ) {}

  /** The inputs for the gradient rule: revived where a scope disposed the handle. */
  savedInputs(): readonly Tensor[] {
    let revived: Tensor[] | null = null;
    for (let i = 0; i < this.inputs.length; i++) {
      const storage = this.inputStorages[i];
      if (storage == null) continue;
      const input = this.inputs[i]!;
      if (this.versions !== null && input._version !== this.versions[i]) throw changedError(this, input);
      if (input._storage !== null) continue;
      revived ??= this.inputs.slice();
      revived[i] = revive(input, storage, this.edges[i]!, this.edgeIndices?.[i] ?? 0);
    }
    return revived ?? this.inputs;
  }

  /** The outputs for the gradient rule. */
  savedOutputs(): readonly Tensor[] {
    if (this.outputStorages === null) return this.outputs;
    return this.outputs.map((output, i) => {
      const storage = this.outputStorages![i];
      return output._storage === null && storage != null ? revive(output, storage, this, i) : output;
    });
  }

  /** Gives the outputs that were revived for the rule to it alone, so that its kernels may overwrite what it donates. */
  handOver(): void {
    if (this.outputStorages !== null) for (const storage of this.outputStorages) storage?.release();
    this.outputStorages = null;
  }

  release(): void {
    if (this.released) return;
    this.released = true;
    for (const storage of this.inputStorages) storage?.release();
    this.handOver();
    if (this.savedByKernel !== undefined) {
      for (const handle of this.savedByKernel.saved) this.savedByKernel.backend.free(handle);
    }
    for (const output of this.outputs) if (output._node === this) output._node = null;
  }
}

/** Puts an op on the tape. */
export function record<A>(
  op: OpDefinition<A>,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  attrs: A,
  scalars: readonly number[],
  savedByKernel: SavedByKernel | undefined,
  owner: object | undefined,
): Node {
  const count = inputs.length;
  const edges = new Array<Node | null>(count);
  const storages = new Array<Storage | null>(count);
  const wanted = op.saves?.inputs;
  let indices: number[] | null = null;
  let versions: number[] | null = null;
  for (let i = 0; i < count; i++) {
    const input = inputs[i]!;
    edges[i] = input._node;
    if (input._index !== 0) (indices ??= new Array<number>(count).fill(0))[i] = input._index;
    if (input._version !== 0) (versions ??= new Array<number>(count).fill(0))[i] = input._version;
    const save = op.vjp != null && (wanted === undefined || wanted.includes(i));
    storages[i] = save ? input._live().retain() : null;
  }
  const kept = op.saves?.outputs ?? false;
  const node = new Node(
    op as OpDefinition<unknown>,
    inputs,
    outputs,
    attrs,
    scalars,
    edges,
    indices,
    storages,
    kept === false
      ? null
      : outputs.map((output, i) => (kept === true || kept.includes(i) ? output._live().retain() : null)),
    versions,
    savedByKernel,
    owner,
  );
  for (let i = 0; i < outputs.length; i++) {
    outputs[i]!._node = node;
    outputs[i]!._index = i;
  }
  runtime.recorder!.nodes.push(node);
  return node;
}

function revive(tensor: Tensor, storage: Storage, node: Node | null, index: number): Tensor {
  const revived = alias(tensor, storage);
  revived._node = node;
  revived._index = index;
  return revived;
}

function changedError(node: Node, input: Tensor): BackendError {
  return new BackendError({
    where: node.op.name,
    problem: "a parameter that the backward pass needs was assigned after the forward pass",
    rows: [["parameter", `[${input.shape.join(", ")}]`]],
    fix: "assign parameters (optimizer.step, loadStateDict) after valueAndGrad has returned",
  });
}
