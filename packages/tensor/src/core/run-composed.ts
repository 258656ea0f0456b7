import { BackendError, sameShape, UnsupportedError } from "@nn/backend";
import { allocateOutput, type Call, finish } from "./call.js";
import type { OutputSpec } from "./op.js";
import { runtime } from "./runtime.js";
import { scope } from "./scope.js";
import { alias, denseTensor, isTensor, type Tensor } from "./tensor.js";

/** Runs the op as other ops: recorded as one op where it has a gradient rule, else each part for itself. */
export function runComposed<A>(call: Call<A>): Tensor[] {
  const { op, inputs, attrs, scalars, options } = call;
  if (op.composed === undefined) throw missingKernel(call);
  const recordsParts = call.recording && op.vjp === undefined;
  const { recorder, owner } = runtime;
  if (!recordsParts) runtime.recorder = null;
  // The ops that it is made of speak for the same layer.
  if (options.owner !== undefined) runtime.owner = options.owner;
  let outputs: Tensor[];
  try {
    const result = scope(() => {
      const made = op.composed!(inputs, attrs, scalars);
      const own = (tensor: Tensor) => ownHandle(tensor, inputs, recordsParts);
      return isTensor(made) ? own(made) : made.map(own);
    });
    outputs = isTensor(result) ? [result] : result;
  } finally {
    runtime.recorder = recorder;
    runtime.owner = owner;
  }
  checkComposed(call, outputs);
  return finish(recordsParts ? { ...call, recording: false } : call, outputs);
}

/** Sums over nothing and the like: a constant instead of a kernel. */
export function runOnEmpty<A>(call: Call<A>): Tensor[] {
  const { op, attrs, backend, specs } = call;
  if (op.emptyValue === undefined) return runComposed(call);
  const scalars = [op.emptyValue(attrs)];
  const outputs = specs.map((spec) => {
    const output = denseTensor(allocateOutput(call, spec), spec.dtype, spec.shape, op.name);
    backend.kernels.fill.run({ inputs: [], outputs: [output], attrs: undefined, scalars, saved: [] });
    return output;
  });
  return finish(call, outputs);
}

/** An output must be a handle of its own: a composed form may hand an input through. */
function ownHandle(tensor: Tensor, inputs: readonly Tensor[], recordsParts: boolean): Tensor {
  if (!inputs.includes(tensor) && !tensor._kept) return tensor;
  const own = alias(tensor);
  if (recordsParts) {
    // Its gradient is that of the input.
    own._node = tensor._node;
    own._index = tensor._index;
  }
  return own;
}

function missingKernel<A>({ op, backend }: Call<A>): UnsupportedError {
  return new UnsupportedError({
    where: op.name,
    problem: `backend "${backend.name}" has no kernel "${op.kernel ?? op.name}" for this call, and the op has no composed form`,
    fix: "the backend must offer all required kernels (testBackend of @nn/testing tells which are missing)",
  });
}

function checkComposed<A>({ op, specs }: Call<A>, outputs: readonly Tensor[]): void {
  const agrees =
    specs.length === outputs.length &&
    specs.every((spec, i) => spec.dtype === outputs[i]!.dtype && sameShape(spec.shape, outputs[i]!.shape));
  if (agrees) return;
  const show = (list: readonly OutputSpec[]) =>
    list.map((spec) => `${spec.dtype} [${spec.shape.join(", ")}]`).join(", ");
  throw new BackendError({
    where: op.name,
    problem: "the composed form does not give what infer announced",
    rows: [
      ["announced", show(specs)],
      ["got", show(outputs)],
    ],
    fix: "correct infer or composed in the definition of the op",
  });
}
