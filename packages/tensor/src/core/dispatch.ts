import type { Backend, Kernel } from "@nn/backend";
import { BackendError, isNNError, sizeOf } from "@nn/backend";
import { type Call, finish, noScalars } from "./call.js";
import type { CallOptions, OpDefinition, OutputSpec } from "./op.js";
import { runComposed, runOnEmpty } from "./run-composed.js";
import { isEmpty, isUsable, runKernel } from "./run-kernel.js";
import { getBackend, runtime, sameBackend } from "./runtime.js";
import { Tensor } from "./tensor.js";

/*
 * The one seam between tensors and backends. Every op call passes here: checks, the choice between kernel and composed
 * form, allocation, and then the tape, the profiler and the NaN check.
 */

const noOptions: CallOptions = {};

/** Runs an op; see `defineOp`. */
export function execute<A>(
  op: OpDefinition<A>,
  inputs: readonly Tensor[],
  attrs: A,
  options: CallOptions = noOptions,
): Tensor[] {
  try {
    const call = prepare(op, inputs, attrs, options);
    return runtime.inspectors === null ? run(call, undefined) : inspect(call);
  } catch (error) {
    if (isNNError(error)) error.owner ??= options.owner ?? runtime.owner;
    throw error;
  }
}

/** All checks; what is wrong throws here, before anything was allocated. */
function prepare<A>(op: OpDefinition<A>, inputs: readonly Tensor[], attrs: A, options: CallOptions): Call<A> {
  const backend = inputs.length === 0 ? (options.backend ?? getBackend()) : commonBackend(op, inputs);
  const recording = runtime.recorder !== null && op.vjp !== null && isTracked(inputs);
  const inferred = op.infer(inputs, attrs);
  const specs: readonly OutputSpec[] = Array.isArray(inferred) ? inferred : [inferred as OutputSpec];
  return { op, inputs, attrs, scalars: options.scalars ?? noScalars, options, backend, specs, recording };
}

function run<A>(call: Call<A>, trace: { ran: string } | undefined): Tensor[] {
  const { op, inputs, backend, specs } = call;
  if (op.view !== undefined) {
    if (trace !== undefined) trace.ran = "view";
    return view(call);
  }
  // Without a rule of its own, the parts are what is recorded.
  const recordsParts = call.recording && op.vjp === undefined;
  const kernel = recordsParts ? undefined : (kernelOf(backend, op.kernel) ?? kernelOf(backend, op.name));
  if (kernel === undefined || !isUsable(call, kernel)) return runComposed(call);
  if (hasEmptyInput(inputs) && !isEmpty(specs)) return runOnEmpty(call);
  if (trace !== undefined) trace.ran = op.kernel ?? op.name;
  return runKernel(call, kernel);
}

/** Runs the call and shows it to profilers and NaN checks. */
function inspect<A>(call: Call<A>): Tensor[] {
  const trace = { ran: "composed" };
  const start = performance.now();
  const outputs = run(call, trace);
  const milliseconds = performance.now() - start;
  const { op, inputs, backend, options } = call;
  const owner = options.owner ?? runtime.owner;
  const seen = { op: op.name, ran: trace.ran, backend, inputs, outputs, owner, milliseconds };
  for (const inspector of runtime.inspectors ?? []) inspector.after(seen);
  return outputs;
}

function view<A>(call: Call<A>): Tensor[] {
  const { op, attrs } = call;
  const source = call.inputs[0]!;
  const spec = call.specs[0]!;
  const { strides, offset } = op.view!(source, attrs, spec);
  return finish(call, [new Tensor(source._live().retain(), source.dtype, spec.shape, strides, offset, op.name)]);
}

function kernelOf(backend: Backend, name: string | undefined): Kernel | undefined {
  return backend.kernels[name as "a.b"];
}

function commonBackend<A>(op: OpDefinition<A>, inputs: readonly Tensor[]): Backend {
  const first = inputs[0]!._live().backend;
  for (let i = 1; i < inputs.length; i++) {
    const other = inputs[i]!._live().backend;
    if (other !== first && !sameBackend(first, other)) throw mixedBackends(op.name, inputs);
  }
  // An extension made after the tensors shares their buffers and has more kernels.
  const current = runtime.backend;
  return current !== null && current !== first && sameBackend(current, first) ? current : first;
}

function isTracked(inputs: readonly Tensor[]): boolean {
  for (let i = 0; i < inputs.length; i++) if (inputs[i]!._node !== null) return true;
  return false;
}

function hasEmptyInput(inputs: readonly Tensor[]): boolean {
  for (let i = 0; i < inputs.length; i++) if (sizeOf(inputs[i]!.shape) === 0) return true;
  return false;
}

function mixedBackends(name: string, inputs: readonly Tensor[]): BackendError {
  return new BackendError({
    where: name,
    problem: "the operands live on different backends",
    rows: inputs.map((input, i) => [`input ${i}`, `on "${input.backend.name}"`] as const),
    fix: "await moveTo(tensor, backend), or await moveTo(model, backend) for all of a model's parameters",
  });
}
