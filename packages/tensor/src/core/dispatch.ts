import type { Backend, BufferHandle, Kernel, KernelIO, Operand } from "@nn/backend";
import { BackendError, isDense, isNNError, sameShape, sizeOf, UnsupportedError } from "@nn/backend";
import { record } from "../autograd/recorder.js";
import { expandOperand } from "./expand-operand.js";
import type { CallOptions, OpDefinition, OutputSpec, SavedBuffers, TensorGroup } from "./op.js";
import { getBackend, runtime, sameBackend } from "./runtime.js";
import { scope } from "./scope.js";
import { allocate, type Storage } from "./storage.js";
import { alias, denseTensor, isTensor, Tensor } from "./tensor.js";

/*
 * The one seam between tensors and backends. Every op call passes here: checks, the choice between kernel and composed
 * form, allocation, and then the tape, the profiler and the NaN check.
 */

const noOptions: CallOptions = {};
const noScalars: readonly number[] = [];
const noBuffers: SavedBuffers = [];

/** Runs an op; see `defineOp`. */
export function execute<A>(
  op: OpDefinition<A>,
  inputs: readonly Tensor[],
  attrs: A,
  options: CallOptions = noOptions,
): Tensor[] {
  try {
    if (runtime.inspectors === null) return run(op, inputs, attrs, options, undefined);
    const trace = { ran: "composed" };
    const start = performance.now();
    const outputs = run(op, inputs, attrs, options, trace);
    const milliseconds = performance.now() - start;
    const call = {
      op: op.name,
      ran: trace.ran,
      backend: outputs[0]!.backend,
      inputs,
      outputs,
      owner: options.owner ?? runtime.owner,
      milliseconds,
    };
    for (const inspector of runtime.inspectors) inspector.after(call);
    return outputs;
  } catch (error) {
    if (isNNError(error)) error.owner ??= options.owner ?? runtime.owner;
    throw error;
  }
}

function run<A>(
  op: OpDefinition<A>,
  inputs: readonly Tensor[],
  attrs: A,
  options: CallOptions,
  trace: { ran: string } | undefined,
): Tensor[] {
  const backend = inputs.length === 0 ? (options.backend ?? getBackend()) : commonBackend(op, inputs);
  const recording = runtime.recorder !== null && op.vjp !== null && isTracked(inputs);
  const inferred = op.infer(inputs, attrs);
  const specs: readonly OutputSpec[] = Array.isArray(inferred) ? inferred : [inferred as OutputSpec];

  if (op.view !== undefined) {
    if (trace !== undefined) trace.ran = "view";
    const source = inputs[0]!;
    const { strides, offset } = op.view(source, attrs, specs[0]!);
    const output = new Tensor(source._live().retain(), source.dtype, specs[0]!.shape, strides, offset, op.name);
    if (recording) record(op, inputs, [output], attrs, noScalars, undefined, options.owner ?? runtime.owner);
    return [output];
  }

  const scalars = options.scalars ?? noScalars;
  const recordsComposed = recording && op.vjp === undefined;
  const kernel = recordsComposed
    ? undefined
    : (backend.kernels[op.kernel as "a.b"] ?? backend.kernels[op.name as "a.b"]);
  if (kernel !== undefined && isUsable(op, kernel, backend, inputs, attrs, recording)) {
    if (trace !== undefined) trace.ran = op.kernel ?? op.name;
    return runKernel(op, kernel, backend, inputs, specs, attrs, scalars, options, recording);
  }
  return runComposed(op, backend, inputs, specs, attrs, scalars, options, recording && !recordsComposed);
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

function mixedBackends(name: string, inputs: readonly Tensor[]): BackendError {
  return new BackendError({
    where: name,
    problem: "the operands live on different backends",
    rows: inputs.map((input, i) => [`input ${i}`, `on "${input.backend.name}"`] as const),
    fix: `await moveTo(tensor, backend), or await moveTo(model, backend) for all of a model's parameters`,
  });
}

function isTracked(inputs: readonly Tensor[]): boolean {
  for (let i = 0; i < inputs.length; i++) if (inputs[i]!._node !== null) return true;
  return false;
}

/** Whether the kernel takes this call; while recording, a kernel that saves needs its gradient kernel to take it too. */
function isUsable<A>(
  op: OpDefinition<A>,
  kernel: Kernel,
  backend: Backend,
  inputs: readonly Tensor[],
  attrs: A,
  recording: boolean,
): boolean {
  if (kernel.accepts !== undefined && !kernel.accepts(inputs, attrs)) return false;
  if (!recording || kernel.saved === undefined || op.gradient === undefined) return true;
  const gradient: Kernel | undefined = backend.kernels[op.gradient as "a.b"];
  return gradient !== undefined && (gradient.accepts === undefined || gradient.accepts(inputs, attrs));
}

function runKernel<A>(
  op: OpDefinition<A>,
  kernel: Kernel,
  backend: Backend,
  inputs: readonly Tensor[],
  specs: readonly OutputSpec[],
  attrs: A,
  scalars: readonly number[],
  options: CallOptions,
  recording: boolean,
): Tensor[] {
  const shape = specs[0]!.shape;
  let empty = true;
  for (let i = 0; i < specs.length; i++) if (sizeOf(specs[i]!.shape) > 0) empty = false;
  if (!empty && hasEmptyInput(inputs))
    return runOnEmpty(op, backend, inputs, specs, attrs, scalars, options, recording);

  let operands: readonly Operand[] = inputs;
  let copies: Storage[] | null = null;
  if (op.broadcast === true) operands = expandAll(inputs, shape);
  if (kernel.dense === true && !empty) {
    copies = [];
    operands = denseOperands(backend, operands, copies);
  }
  // The op knows better than the kernel: the attributes may decide how large a group is.
  const group = op.group?.(attrs) ?? kernel.group;
  const outputs = new Array<Tensor>(specs.length);
  for (let i = 0; i < specs.length; i++) {
    const spec = specs[i]!;
    const storage = takeDonated(kernel, group, inputs, options, i, spec) ?? allocateChecked(op, backend, spec);
    outputs[i] = denseTensor(storage, spec.dtype, spec.shape, op.name);
  }
  let saved: BufferHandle[] | undefined;
  if (recording && kernel.saved !== undefined) {
    saved = kernel.saved(inputs, attrs).map((spec) => backend.alloc(spec.dtype, spec.length));
  }
  if (!empty) {
    const io: KernelIO = { inputs: operands, outputs, attrs, scalars, saved: saved ?? options.saved ?? noBuffers };
    if (group !== undefined && operands.length > backend.capabilities.maxInputs)
      runInGroups(kernel, group, io, backend);
    else kernel.run(io);
  }
  if (copies !== null) for (const copy of copies) copy.release();
  if (options.donate !== undefined) for (const i of options.donate) inputs[i]!.dispose();
  if (recording)
    record(
      op,
      inputs,
      outputs,
      attrs,
      scalars,
      saved === undefined ? undefined : { backend, saved },
      options.owner ?? runtime.owner,
    );
  return outputs;
}

function runComposed<A>(
  op: OpDefinition<A>,
  backend: Backend,
  inputs: readonly Tensor[],
  specs: readonly OutputSpec[],
  attrs: A,
  scalars: readonly number[],
  options: CallOptions,
  recordAsOne: boolean,
): Tensor[] {
  if (op.composed === undefined) {
    throw new UnsupportedError({
      where: op.name,
      problem: `backend "${backend.name}" has no kernel "${op.kernel ?? op.name}" for this call, and the op has no composed form`,
      fix: "the backend must offer all required kernels (testBackend of @nn/testing tells which are missing)",
    });
  }
  const { recorder, owner } = runtime;
  if (recordAsOne) runtime.recorder = null;
  // The ops that it is made of speak for the same layer.
  if (options.owner !== undefined) runtime.owner = options.owner;
  let outputs: Tensor[];
  try {
    outputs = scope(() => {
      const result = op.composed!(inputs, attrs, scalars);
      const list = isTensor(result) ? [result] : [...result];
      // The output must be a handle of its own: a composed form may hand an input through.
      return list.map((tensor) => (inputs.includes(tensor) ? alias(tensor) : tensor));
    });
  } finally {
    runtime.recorder = recorder;
    runtime.owner = owner;
  }
  checkComposed(op, specs, outputs);
  if (options.donate !== undefined) for (const i of options.donate) inputs[i]!.dispose();
  if (recordAsOne) record(op, inputs, outputs, attrs, scalars, undefined, options.owner ?? runtime.owner);
  return outputs;
}

/** Sums over nothing and the like: a constant instead of a kernel. */
function runOnEmpty<A>(
  op: OpDefinition<A>,
  backend: Backend,
  inputs: readonly Tensor[],
  specs: readonly OutputSpec[],
  attrs: A,
  scalars: readonly number[],
  options: CallOptions,
  recording: boolean,
): Tensor[] {
  if (op.emptyValue === undefined) return runComposed(op, backend, inputs, specs, attrs, scalars, options, recording);
  const value = op.emptyValue(attrs);
  const outputs = specs.map((spec) => {
    const output = denseTensor(allocateChecked(op, backend, spec), spec.dtype, spec.shape, op.name);
    backend.kernels.fill.run({ inputs: [], outputs: [output], attrs: undefined, scalars: [value], saved: noBuffers });
    return output;
  });
  if (recording) record(op, inputs, outputs, attrs, scalars, undefined, options.owner ?? runtime.owner);
  return outputs;
}

function hasEmptyInput(inputs: readonly Tensor[]): boolean {
  for (let i = 0; i < inputs.length; i++) if (sizeOf(inputs[i]!.shape) === 0) return true;
  return false;
}

function expandAll(inputs: readonly Tensor[], shape: readonly number[]): readonly Operand[] {
  let operands: Operand[] | null = null;
  for (let i = 0; i < inputs.length; i++) {
    const input = inputs[i]!;
    if (sameShape(input.shape, shape)) continue;
    operands ??= inputs.slice();
    operands[i] = expandOperand(input, shape);
  }
  return operands ?? inputs;
}

function denseOperands(backend: Backend, operands: readonly Operand[], copies: Storage[]): readonly Operand[] {
  return operands.map((operand) => {
    if (operand.offset === 0 && isDense(operand)) return operand;
    const storage = allocate(backend, operand.dtype, sizeOf(operand.shape));
    copies.push(storage);
    const copy = { ...denseLike(operand), buffer: storage.handle };
    backend.kernels.copy.run({ inputs: [operand], outputs: [copy], attrs: {}, scalars: noScalars, saved: noBuffers });
    return copy;
  });
}

function denseLike(operand: Operand): Operand {
  const strides = new Array<number>(operand.shape.length);
  let step = 1;
  for (let i = strides.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= operand.shape[i]!;
  }
  return { buffer: operand.buffer, dtype: operand.dtype, shape: operand.shape, strides, offset: 0 };
}

function allocateChecked<A>(op: OpDefinition<A>, backend: Backend, spec: OutputSpec): Storage {
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

/** The buffer of a donated input that the kernel may overwrite: only with the last reference to it. */
function takeDonated(
  kernel: Kernel,
  group: TensorGroup | undefined,
  inputs: readonly Tensor[],
  options: CallOptions,
  output: number,
  spec: OutputSpec,
): Storage | null {
  if (options.donate === undefined || kernel.inPlace === undefined) return null;
  const within = group === undefined ? output : output % group.outputs;
  const first = group === undefined ? 0 : Math.floor(output / group.outputs) * group.inputs;
  for (const [i, o] of kernel.inPlace) {
    if (o !== within) continue;
    const input = inputs[first + i]!;
    const storage = input._live();
    const fits =
      input.dtype === spec.dtype && sameShape(input.shape, spec.shape) && input.offset === 0 && isDense(input);
    if (options.donate.includes(first + i) && storage.refs === 1 && fits && storage.length === sizeOf(spec.shape)) {
      return storage.retain();
    }
  }
  return null;
}

/** Splits a call over many tensors where the device takes only so many at once. */
function runInGroups(kernel: Kernel, { inputs, outputs }: TensorGroup, io: KernelIO, backend: Backend): void {
  const most = Math.max(1, Math.floor(backend.capabilities.maxInputs / inputs));
  const groups = io.inputs.length / inputs;
  for (let g = 0; g < groups; g += most) {
    kernel.run({
      ...io,
      inputs: io.inputs.slice(g * inputs, (g + most) * inputs),
      outputs: io.outputs.slice(g * outputs, (g + most) * outputs),
    });
  }
}

function checkComposed<A>(op: OpDefinition<A>, specs: readonly OutputSpec[], outputs: readonly Tensor[]): void {
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
