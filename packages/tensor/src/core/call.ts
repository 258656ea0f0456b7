import type { Backend } from "@nn/backend";
import { sizeOf, UnsupportedError } from "@nn/backend";
import { record, type SavedByKernel } from "../autograd/recorder.js";
import type { CallOptions, OpDefinition, OutputSpec } from "./op.js";
import { runtime } from "./runtime.js";
import { allocate, type Storage } from "./storage.js";
import type { Tensor } from "./tensor.js";

/** One call of an op on its way through the dispatcher. */
export interface Call<A> {
  readonly op: OpDefinition<A>;
  readonly inputs: readonly Tensor[];
  readonly attrs: A;
  readonly scalars: readonly number[];
  readonly options: CallOptions;
  readonly backend: Backend;
  readonly specs: readonly OutputSpec[];
  /** Whether it goes on the tape. */
  readonly recording: boolean;
}

export const noScalars: readonly number[] = [];

/** Disposes what was donated and puts the call on the tape. */
export function finish<A>(call: Call<A>, outputs: Tensor[], saved?: SavedByKernel): Tensor[] {
  const { op, inputs, attrs, scalars, options } = call;
  if (options.donate !== undefined) for (const i of options.donate) inputs[i]!.dispose();
  if (call.recording) record(op, inputs, outputs, attrs, scalars, saved, options.owner ?? runtime.owner);
  return outputs;
}

/** A buffer for an output, or an UnsupportedError where the backend cannot hold it. */
export function allocateOutput<A>({ op, backend }: Call<A>, spec: OutputSpec): Storage {
  const { dtypes, maxElements } = backend.capabilities;
  const size = sizeOf(spec.shape);
  if (dtypes.includes(spec.dtype) && size <= maxElements) return allocate(backend, spec.dtype, size);
  throw new UnsupportedError({
    where: op.name,
    problem: `backend "${backend.name}" cannot hold the result`,
    rows: [
      ["result", `${spec.dtype} [${spec.shape.join(", ")}]`, `${size} elements`],
      ["it holds", dtypes.join(", "), `up to ${maxElements} elements`],
    ],
    fix: "use another dtype, smaller tensors, or a backend that has it",
  });
}
