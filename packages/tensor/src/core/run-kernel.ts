import type { BufferHandle, Kernel, KernelIO } from "@nn/backend";
import { isDense, sameShape, sizeOf } from "@nn/backend";
import { allocateOutput, type Call, finish } from "./call.js";
import type { OutputSpec, TensorGroup } from "./op.js";
import { denseAll, expandAll } from "./operands.js";
import type { Storage } from "./storage.js";
import { denseTensor, type Tensor } from "./tensor.js";

const noBuffers: readonly BufferHandle[] = [];

/** Whether the kernel takes this call; while recording, a kernel that saves needs its gradient kernel to take it too. */
export function isUsable<A>({ op, inputs, attrs, backend, recording }: Call<A>, kernel: Kernel): boolean {
  if (kernel.accepts !== undefined && !kernel.accepts(inputs, attrs)) return false;
  if (!recording || kernel.saved === undefined || op.gradient === undefined) return true;
  const gradient: Kernel | undefined = backend.kernels[op.gradient as "a.b"];
  return gradient !== undefined && (gradient.accepts === undefined || gradient.accepts(inputs, attrs));
}

/** Allocates the outputs and runs the kernel. */
export function runKernel<A>(call: Call<A>, kernel: Kernel): Tensor[] {
  const { op, inputs, attrs, scalars, options, backend, specs } = call;
  // The op knows better than the kernel: the attributes may decide how large a group is.
  const group = op.group?.(attrs) ?? kernel.group;
  const outputs = new Array<Tensor>(specs.length);
  for (let i = 0; i < specs.length; i++) {
    const spec = specs[i]!;
    const storage = takeDonated(call, kernel, group, i) ?? allocateOutput(call, spec);
    outputs[i] = denseTensor(storage, spec.dtype, spec.shape, op.name);
  }
  if (isEmpty(specs)) return finish(call, outputs);

  const copies: Storage[] = [];
  let saved: BufferHandle[] | undefined;
  try {
    let operands = op.broadcast === true ? expandAll(inputs, specs[0]!.shape) : inputs;
    if (kernel.dense === true) operands = denseAll(backend, operands, copies);
    if (call.recording && kernel.saved !== undefined) {
      saved = kernel.saved(inputs, attrs).map((spec) => backend.alloc(spec.dtype, spec.length));
    }
    const io: KernelIO = { inputs: operands, outputs, attrs, scalars, saved: saved ?? options.saved ?? noBuffers };
    const tooMany = group !== undefined && operands.length > backend.capabilities.maxInputs;
    if (tooMany) runInGroups(kernel, group, io, backend.capabilities.maxInputs);
    else kernel.run(io);
  } catch (error) {
    for (const handle of saved ?? noBuffers) backend.free(handle);
    throw error;
  } finally {
    for (const copy of copies) copy.release();
  }
  return finish(call, outputs, saved === undefined ? undefined : { backend, saved });
}

/** True when there is nothing to compute. */
export function isEmpty(specs: readonly OutputSpec[]): boolean {
  for (let i = 0; i < specs.length; i++) if (sizeOf(specs[i]!.shape) > 0) return false;
  return true;
}

/** The buffer of a donated input that the kernel may overwrite: only with the last reference to it. */
function takeDonated<A>(
  { inputs, options, specs }: Call<A>,
  kernel: Kernel,
  group: TensorGroup | undefined,
  output: number,
): Storage | null {
  if (options.donate === undefined || kernel.inPlace === undefined) return null;
  const spec = specs[output]!;
  const within = group === undefined ? output : output % group.outputs;
  const first = group === undefined ? 0 : Math.floor(output / group.outputs) * group.inputs;
  for (const [i, o] of kernel.inPlace) {
    if (o !== within || !options.donate.includes(first + i)) continue;
    const input = inputs[first + i]!;
    const storage = input._live();
    const whole = input.offset === 0 && isDense(input) && storage.length === sizeOf(spec.shape);
    const fits = input.dtype === spec.dtype && sameShape(input.shape, spec.shape);
    if (whole && fits && storage.refs === 1) return storage.retain();
  }
  return null;
}

/** Splits a call over many tensors where the device takes only so many at once. */
function runInGroups(kernel: Kernel, { inputs, outputs }: TensorGroup, io: KernelIO, maxInputs: number): void {
  const most = Math.max(1, Math.floor(maxInputs / inputs));
  const groups = io.inputs.length / inputs;
  for (let g = 0; g < groups; g += most) {
    kernel.run({
      ...io,
      inputs: io.inputs.slice(g * inputs, (g + most) * inputs),
      outputs: io.outputs.slice(g * outputs, (g + most) * outputs),
    });
  }
}
