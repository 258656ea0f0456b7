import {
  type Backend,
  bytesPerElement,
  type DType,
  type Range,
  type TypedArray,
  typedArray,
  UnsupportedError,
} from "@nn/backend";
import { Box, boxOf, contentOf } from "./box.js";
import { elementwise } from "./elementwise.js";
import { Engine } from "./engine.js";
import { indexing } from "./indexing.js";
import { movement } from "./movement.js";
import { reductions } from "./reductions.js";

const exactIntegers = 2 ** 24;

/**
 * The required kernels on gpu.js. It exists to show that the contract can be met by an engine that makes its own
 * results, keeps everything in f32 and writes whole outputs only; nobody should train with it.
 */
export function gpuSpike(engine = new Engine()): Backend {
  let liveBytes = 0;
  let liveBuffers = 0;

  function readNow(handle: Box, range: Range = { start: 0, end: handle.length }): TypedArray {
    engine.check();
    const result = typedArray(handle.dtype, range.end - range.start);
    result.set(contentOf(handle).subarray(range.start, range.end));
    return result;
  }

  function count(box: Box, sign: 1 | -1): void {
    liveBuffers += sign;
    liveBytes += sign * box.length * bytesPerElement[box.dtype];
  }

  return {
    spec: 1,
    name: "gpu-spike",
    capabilities: {
      dtypes: ["f32", "i32", "bool"],
      readSync: true,
      maxElements: 2 ** 28,
      // A WebGPU device binds eight storage buffers by default, one of them the output.
      maxInputs: 7,
      exactIntegers,
      ieeeNaN: true,
      threads: 1,
      adapter: `gpu.js 2.24.1, ${engine.mode} mode`,
    },
    kernels: { ...elementwise(engine), ...movement(engine), ...reductions(engine), ...indexing(engine) },
    alloc(dtype: DType, length: number): Box {
      if (dtype === "f64") throw unsupported("dtype f64", "use f32");
      const box = new Box(dtype, length);
      count(box, 1);
      return box;
    },
    free(handle): void {
      const box = boxOf(handle);
      box.freed = true;
      // The engine allocates results itself, so there is nothing to pool: the storage is dropped.
      box.content = undefined;
      count(box, -1);
    },
    write(handle, data, offset = 0): void {
      const box = boxOf(handle);
      if (box.dtype === "i32" && data.some((value) => Math.abs(value) > exactIntegers)) {
        throw unsupported(
          `an i32 beyond ${exactIntegers}`,
          "keep indices and labels within capabilities.exactIntegers",
        );
      }
      // A new array: results of earlier calls may still be read by calls that are not done on a real device.
      const content = contentOf(box).slice();
      content.set(data, offset);
      box.content = content;
    },
    async read(handle, range): Promise<TypedArray> {
      return readNow(boxOf(handle), range);
    },
    readSync: (handle, range) => readNow(boxOf(handle), range),
    async synchronize(): Promise<void> {
      engine.check();
    },
    memory: () => ({ liveBytes, liveBuffers, pooledBytes: 0 }),
    dispose: () => engine.dispose(),
  };
}

function unsupported(what: string, fix: string): UnsupportedError {
  return new UnsupportedError({ where: "gpu-spike", problem: `cannot hold ${what}`, fix });
}
