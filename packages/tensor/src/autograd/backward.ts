import { runtime } from "../core/runtime.js";
import { scope } from "../core/scope.js";
import { alias, type Tensor } from "../core/tensor.js";
import { full } from "../create/full.js";
import { add } from "../ops/add.js";
import { sumTo } from "../ops/sum-to.js";
import { Node, type Recorder } from "./recorder.js";

/** Where a backward pass starts: an output of a node, and the gradient that arrives there. */
export interface Root {
  readonly tensor: Tensor;
  readonly gradient: Tensor;
}

const leafOp = {
  name: "leaf",
  infer: ([x]: readonly Tensor[]) => x!,
  saves: { inputs: [] },
  vjp: ({ grads }: { grads: readonly (Tensor | undefined)[] }) => [grads[0]],
};

/**
 * Makes tensors the leaves of a recorder while it records. A leaf keeps an edge to what the tensor was before, so that
 * an enclosing recording still finds its way through.
 */
export function markLeaves(tensors: readonly Tensor[], recorder: Recorder): { leaves: Node[]; restore: () => void } {
  const before = tensors.map((tensor) => ({ node: tensor._node, index: tensor._index }));
  const leaves = tensors.map((tensor) => {
    const indices = tensor._index === 0 ? null : [tensor._index];
    const leaf = new Node(
      leafOp,
      [tensor],
      [],
      undefined,
      [],
      [tensor._node],
      indices,
      [null],
      null,
      null,
      undefined,
      undefined,
    );
    recorder.nodes.push(leaf);
    tensor._node = leaf;
    tensor._index = 0;
    return leaf;
  });
  const restore = () => {
    for (let i = 0; i < tensors.length; i++) {
      tensors[i]!._node = before[i]!.node;
      tensors[i]!._index = before[i]!.index;
    }
  };
  return { leaves, restore };
}

/**
 * Walks the recorded ops backwards from the roots and gives the gradient of each leaf, undefined where no path leads.
 * What a node holds is released as soon as the walk has passed it, unless a graph is wanted.
 */
export function backward(
  nodes: readonly Node[],
  leaves: readonly Node[],
  roots: readonly Root[],
  createGraph: boolean,
): (Tensor | undefined)[] {
  const pass = {};
  for (const leaf of leaves) leaf.activeIn = pass;
  for (const node of nodes) if (node.edges.some((edge) => edge?.activeIn === pass)) node.activeIn = pass;
  for (const { tensor, gradient } of roots) {
    if (tensor._node?.activeIn === pass) addGradient(tensor._node, tensor._index, gradient, createGraph);
  }
  const stops = new Set(leaves);
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!;
    if (stops.has(node)) continue;
    if (node.activeIn === pass && node.grads !== null) propagate(node, pass, createGraph);
    if (!createGraph) node.release();
  }
  return leaves.map((leaf) => {
    const gradient = leaf.grads?.[0];
    leaf.grads = null;
    return gradient;
  });
}

function propagate(node: Node, pass: object, createGraph: boolean): void {
  const { op, edges, attrs, scalars } = node;
  const arrived = node.grads!;
  node.grads = null;
  const need = edges.map((edge) => edge?.activeIn === pass);
  const { owner } = runtime;
  runtime.owner = node.owner;
  const gradients = scope(() => {
    const inputs = node.savedInputs();
    const outputs = node.savedOutputs();
    if (!createGraph) node.handOver();
    const g = arrived[0] ?? zerosLike(outputs[0]!);
    const saved = node.savedByKernel?.saved;
    const given = op.vjp!({ inputs, outputs, g, grads: arrived, need, attrs, scalars, saved });
    return edges.map((_, i) => {
      const gradient = need[i] ? given[i] : undefined;
      if (gradient === undefined) return undefined;
      const summed = sumTo(gradient, inputs[i]!.shape);
      // A rule may hand through a tensor of the forward pass; the walk disposes only handles of its own.
      return summed._kept || inputs.includes(summed) || outputs.includes(summed) ? alias(summed) : summed;
    });
  });
  runtime.owner = owner;
  for (let i = 0; i < edges.length; i++) {
    const gradient = gradients[i];
    if (gradient !== undefined) addGradient(edges[i]!, node.edgeIndices?.[i] ?? 0, gradient, createGraph);
  }
  for (const gradient of arrived) if (gradient !== undefined) drop(gradient, createGraph);
}

function addGradient(node: Node, index: number, gradient: Tensor, createGraph: boolean): void {
  node.grads ??= [];
  const present = node.grads[index];
  const total = present === undefined ? gradient : add(present, gradient);
  total._holds++;
  node.grads[index] = total;
  if (present === undefined) return;
  drop(present, createGraph);
  if (gradient._holds === 0) {
    gradient._holds = 1;
    drop(gradient, createGraph);
  }
}

function drop(gradient: Tensor, createGraph: boolean): void {
  gradient._holds--;
  if (gradient._holds === 0 && !createGraph && !gradient._kept && gradient._version === 0) gradient.dispose();
}

function zerosLike(tensor: Tensor): Tensor {
  return full(tensor.shape, 0, { dtype: tensor.dtype, backend: runtime.backend ?? undefined });
}
