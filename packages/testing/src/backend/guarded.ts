import type { Backend, BufferHandle, DType, Kernel, KernelIO, Operand, Range, TypedArray } from "@nn/backend";
import { BackendError, bytesPerElement, isDense, sizeOf, typedArray } from "@nn/backend";
import { CheckError } from "../check-error.js";
import { mapKernels } from "./kernel-names.js";

/** Elements behind each buffer that nobody may write. */
const guardLength = 8;

/** A buffer with guard elements behind it. */
interface GuardedBuffer extends BufferHandle {
  readonly inner: BufferHandle;
  readonly dtype: DType;
  readonly length: number;
  freed: boolean;
  /** Said once: the clean-up after the error frees it too. */
  reported: boolean;
}

/**
 * The backend with a watch over its memory: fresh buffers are filled with poison, so that an output that was not
 * written is seen; elements behind each buffer are checked after every kernel, on free and on read, so that a write
 * past the end is seen; inputs must come back unchanged unless they were donated. It has buffers of its own.
 *
 * Where the backend cannot read without waiting, what is found surfaces at the next `read` or `synchronize`.
 *
 * @example
 * ```ts
 * import { tensor } from "@nn/tensor";
 * import { cpu } from "@nn/backend-cpu";
 * import { guarded } from "@nn/testing";
 *
 * const backend = guarded(cpu());
 * const x = tensor([1, 2], { backend });
 * await x.mul(2).array(); // => [2, 4]
 * ```
 */
export function guarded(backend: Backend): Backend {
  const { exactIntegers, ieeeNaN } = backend.capabilities;
  const pending: Promise<void>[] = [];
  let liveBytes = 0;
  let liveBuffers = 0;
  const poison: Record<DType, number> = {
    f32: ieeeNaN ? Number.NaN : 1.2345e30,
    f64: ieeeNaN ? Number.NaN : 1.2345e30,
    i32: -Math.min(exactIntegers, 1_234_567_891),
    bool: 171,
  };
  const guardValue = (dtype: DType, i: number) => (dtype === "bool" ? [1, 0, 1, 1, 0, 1, 0, 0][i] : -(7_654_321 + i));

  // Either at once, where the backend can, or later.
  const peek = (buffer: GuardedBuffer, range: Range, look: (data: TypedArray) => void) => {
    if (backend.readSync !== undefined) look(backend.readSync(buffer.inner, range));
    else pending.push(backend.read(buffer.inner, range).then(look));
  };
  const contentOf = (handle: BufferHandle) => {
    const { inner } = handle as GuardedBuffer;
    return backend.readSync?.(inner, whole(handle)) ?? backend.read(inner, whole(handle));
  };
  const checkGuard = (buffer: GuardedBuffer, subject: string, what: string) =>
    peek(buffer, { start: buffer.length, end: buffer.length + guardLength }, (data) => {
      for (let i = 0; i < guardLength; i++) {
        if (data[i] === guardValue(buffer.dtype, i) || buffer.reported) continue;
        buffer.reported = true;
        throw new CheckError(subject, `wrote past the end of ${what}`, [
          ["buffer", `${buffer.dtype}, ${buffer.length} elements`],
          ["at", `element ${buffer.length + i}`],
          ["expected", `the guard value ${guardValue(buffer.dtype, i)}`],
          ["got", String(data[i])],
        ]);
      }
    });
  const settle = async () => {
    const found = await Promise.allSettled(pending.splice(0));
    for (const result of found) if (result.status === "rejected") throw result.reason;
  };
  const live = (handle: BufferHandle, where: string): GuardedBuffer => {
    const buffer = handle as GuardedBuffer;
    if (!buffer.freed) return buffer;
    throw new BackendError({
      where,
      problem: "a buffer was used after it was freed",
      fix: "free it after its last use",
    });
  };

  const watch = (name: string, kernel: Kernel): Kernel => {
    const run = (io: KernelIO) => {
      const subject = `kernel "${name}" of "${backend.name}"`;
      const inner = (operand: Operand): Operand => ({
        buffer: live(operand.buffer, name).inner,
        dtype: operand.dtype,
        shape: operand.shape,
        strides: operand.strides,
        offset: operand.offset,
      });
      for (const input of io.inputs) checkBounds(input, `${subject}: an input`);
      for (const output of io.outputs) checkOutput(output, subject);
      const written = new Set(io.outputs.map((output) => output.buffer));
      const readOnly = [...new Set(io.inputs.map((input) => input.buffer))].filter((buffer) => !written.has(buffer));
      const before = readOnly.map(contentOf);
      kernel.run({
        inputs: io.inputs.map(inner),
        outputs: io.outputs.map(inner),
        attrs: io.attrs,
        scalars: io.scalars,
        saved: io.saved.map((handle) => live(handle, name).inner),
      });
      readOnly.forEach((buffer, i) => {
        const now = contentOf(buffer);
        const then = before[i];
        if (then instanceof Promise || now instanceof Promise) {
          pending.push(Promise.all([then, now]).then(([then, now]) => checkUnchanged(subject, then, now)));
        } else checkUnchanged(subject, then, now);
      });
      io.outputs.forEach((output, i) => checkGuard(output.buffer as GuardedBuffer, subject, `output ${i}`));
      for (const handle of io.saved) checkGuard(handle as GuardedBuffer, subject, "a saved buffer");
    };
    return { ...kernel, run };
  };

  return {
    spec: backend.spec,
    name: backend.name,
    capabilities: backend.capabilities,
    kernels: mapKernels(backend, watch),
    alloc(dtype, length) {
      const data = typedArray(dtype, length + guardLength).fill(poison[dtype], 0, length);
      for (let i = 0; i < guardLength; i++) data[length + i] = guardValue(dtype, i);
      const inner = backend.alloc(dtype, length + guardLength);
      backend.write(inner, data);
      liveBytes += length * bytesPerElement[dtype];
      liveBuffers++;
      const buffer: GuardedBuffer = { inner, dtype, length, freed: false, reported: false };
      return buffer;
    },
    free(handle) {
      const buffer = live(handle, "free");
      buffer.freed = true;
      liveBytes -= buffer.length * bytesPerElement[buffer.dtype];
      liveBuffers--;
      checkGuard(buffer, `backend "${backend.name}"`, "a buffer");
      backend.free(buffer.inner);
    },
    write(handle, data, offset = 0) {
      const buffer = live(handle, "write");
      backend.write(buffer.inner, data, offset);
      checkGuard(buffer, `write of "${backend.name}"`, "the buffer");
    },
    async read(handle, range) {
      const buffer = live(handle, "read");
      const data = backend.read(buffer.inner, range ?? whole(buffer));
      checkGuard(buffer, `backend "${backend.name}"`, "a buffer");
      await settle();
      return data;
    },
    ...(backend.readSync === undefined
      ? {}
      : { readSync: (handle, range) => backend.readSync!(live(handle, "readSync").inner, range ?? whole(handle)) }),
    async synchronize() {
      await backend.synchronize();
      await settle();
    },
    memory: () => ({ liveBytes, liveBuffers, pooledBytes: backend.memory().pooledBytes }),
    dispose: () => backend.dispose(),
  };
}

function whole(handle: BufferHandle): Range {
  return { start: 0, end: (handle as GuardedBuffer).length };
}

/** Outputs come from the dispatcher: dense, at offset 0. */
function checkOutput(output: Operand, subject: string): void {
  checkBounds(output, `${subject}: an output`);
  if (output.offset === 0 && isDense(output)) return;
  throw new CheckError(subject, "an output is not dense at offset 0", [
    ["shape", `[${output.shape.join(", ")}]`],
    ["strides", `[${output.strides.join(", ")}], offset ${output.offset}`],
  ]);
}

/** Every element of an operand lies in its buffer. */
function checkBounds(operand: Operand, subject: string): void {
  if (sizeOf(operand.shape) === 0) return;
  let low = operand.offset;
  let high = operand.offset;
  operand.shape.forEach((d, i) => {
    const reach = (d - 1) * operand.strides[i];
    if (reach < 0) low += reach;
    else high += reach;
  });
  const { length } = operand.buffer as GuardedBuffer;
  if (low >= 0 && high < length) return;
  throw new CheckError(subject, "leaves its buffer", [
    ["layout", `[${operand.shape.join(", ")}] by [${operand.strides.join(", ")}] from ${operand.offset}`],
    ["elements", `${low} to ${high}, of ${length}`],
  ]);
}

function checkUnchanged(subject: string, before: TypedArray, after: TypedArray): void {
  for (let i = 0; i < before.length; i++) {
    if (before[i] === after[i] || (Number.isNaN(before[i]) && Number.isNaN(after[i]))) continue;
    throw new CheckError(subject, "changed an input", [
      ["at", `element ${i} of the buffer`],
      ["expected", String(before[i])],
      ["got", String(after[i])],
    ]);
  }
}
