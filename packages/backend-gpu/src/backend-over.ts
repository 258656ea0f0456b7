import {
  type Backend,
  type BufferHandle,
  bytesPerElement,
  type Range,
  type TypedArray,
  typedArray,
  UnsupportedError,
} from "@nn/backend";
import { boxOf } from "./box.js";
import type { Engine } from "./engine.js";
import { remember } from "./engine-of.js";
import { kernels } from "./kernels/table.js";

/** Integers beyond it have no f32 of their own. */
const exactIntegers = 2 ** 24;

/** The backend that an engine makes: dtypes, books and the kernel table are the same for all engines. */
export function backendOver(engine: Engine): Backend {
  let liveBytes = 0;
  let liveBuffers = 0;
  const { readSync } = engine;
  const backend: Backend = {
    spec: 1,
    name: engine.name,
    capabilities: {
      dtypes: ["f32", "i32", "bool"],
      readSync: readSync !== undefined,
      maxElements: engine.maxElements,
      maxInputs: engine.maxInputs,
      exactIntegers,
      ieeeNaN: engine.ieeeNaN,
      threads: 1,
      adapter: `${engine.name}: ${engine.adapter}`,
    },
    kernels: kernels(engine),
    alloc(dtype, length) {
      if (dtype === "f64") throw unsupported("dtype f64", "use f32, or cpu() of @nn/backend-cpu for f64");
      const box = engine.alloc(dtype, length);
      liveBytes += length * bytesPerElement[dtype];
      liveBuffers++;
      return box;
    },
    free(handle) {
      const box = boxOf(handle);
      box.freed = true;
      engine.free(box);
      liveBytes -= box.length * bytesPerElement[box.dtype];
      liveBuffers--;
    },
    write(handle, data, offset = 0) {
      const box = boxOf(handle);
      if (box.dtype === "i32") checkIntegers(data);
      engine.write(box, data instanceof Float32Array ? data : Float32Array.from(data), offset);
    },
    async read(handle, range) {
      const { box, start, end } = part(handle, range);
      return typed(box.dtype, await engine.read(box, start, end));
    },
    synchronize: () => engine.synchronize(),
    memory: () => ({ liveBytes, liveBuffers, pooledBytes: engine.pooledBytes() }),
    dispose: () => engine.dispose(),
  };
  if (readSync === undefined) return remember(backend, engine);
  return remember(
    {
      ...backend,
      readSync(handle, range) {
        const { box, start, end } = part(handle, range);
        return typed(box.dtype, readSync.call(engine, box, start, end));
      },
    },
    engine,
  );
}

function part(handle: BufferHandle, range: Range | undefined) {
  const box = boxOf(handle);
  return { box, start: range?.start ?? 0, end: range?.end ?? box.length };
}

function typed(dtype: Parameters<Backend["alloc"]>[0], data: Float32Array): TypedArray {
  if (dtype === "f32") return data;
  const result = typedArray(dtype, data.length);
  result.set(data);
  return result;
}

function checkIntegers(data: TypedArray): void {
  for (let i = 0; i < data.length; i++) {
    if (Math.abs(data[i]) <= exactIntegers) continue;
    throw unsupported(
      `the integer ${data[i]}: it keeps i32 in f32, exact to ${exactIntegers}`,
      "keep indices and labels within capabilities.exactIntegers, or use another backend for them",
    );
  }
}

function unsupported(what: string, fix: string): UnsupportedError {
  return new UnsupportedError({ where: "gpu", problem: `the backend cannot hold ${what}`, fix });
}
