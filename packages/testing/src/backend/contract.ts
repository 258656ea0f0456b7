import type { Backend, BufferHandle, DType, Kernel, Operand, TypedArray } from "@nn/backend";
import { bytesPerElement, denseStrides, extend, isNNError, typedArray } from "@nn/backend";
import { tensor, withBackend, zeros } from "@nn/tensor";
import { CheckError } from "../check-error.js";
import { fusedKernelNames, kernelsOf, requiredKernelNames } from "./kernel-names.js";

/** One rule of the backend contract. */
export interface ContractCheck {
  readonly name: string;
  /** Needs a backend that may be disposed. */
  readonly needsFresh?: boolean;
  run(backend: Backend, make?: () => Backend | Promise<Backend>): void | Promise<void>;
}

/** The rules of the contract that are no question of numbers. */
export const contractChecks: readonly ContractCheck[] = [
  {
    name: "states the contract's version, a name and sane capabilities",
    run(backend) {
      const { capabilities: can } = backend;
      const ok = {
        spec: backend.spec === 1,
        name: typeof backend.name === "string" && backend.name.length > 0,
        dtypes: (["f32", "i32", "bool"] as const).every((dtype) => can.dtypes.includes(dtype)),
        readSync: can.readSync === (typeof backend.readSync === "function"),
        maxElements: Number.isInteger(can.maxElements) && can.maxElements >= 2 ** 16,
        maxInputs: Number.isInteger(can.maxInputs) && can.maxInputs >= 3,
        exactIntegers: Number.isInteger(can.exactIntegers) && can.exactIntegers >= 2 ** 24,
        ieeeNaN: typeof can.ieeeNaN === "boolean",
        threads: Number.isInteger(can.threads) && can.threads >= 1,
        adapter: typeof can.adapter === "string" && can.adapter.length > 0,
      };
      for (const [field, fine] of Object.entries(ok)) {
        if (!fine) fail(backend, `capabilities are not sane: ${field}`, JSON.stringify(can));
      }
    },
  },
  {
    name: "has all required kernels",
    run(backend) {
      const missing = requiredKernelNames.filter((name) => typeof backend.kernels[name]?.run !== "function");
      if (missing.length > 0) fail(backend, "required kernels are missing", missing.join(", "));
    },
  },
  {
    name: "has no unknown kernel without a dot in its name",
    run(backend) {
      const known: readonly string[] = [...requiredKernelNames, ...fusedKernelNames];
      const unknown = [...kernelsOf(backend).keys()].filter((name) => !name.includes(".") && !known.includes(name));
      if (unknown.length > 0) fail(backend, "kernel names without a dot belong to the project", unknown.join(", "));
    },
  },
  {
    name: "gives back what was written, of every dtype",
    async run(backend) {
      for (const dtype of backend.capabilities.dtypes) {
        const data = sampleOf(backend, dtype);
        const handle = filled(backend, dtype, data);
        expectSame(backend, `${dtype}: whole`, await backend.read(handle), data);
        if (backend.readSync !== undefined) {
          expectSame(backend, `${dtype}: readSync`, backend.readSync(handle), data);
          expectSame(
            backend,
            `${dtype}: readSync 1 to 3`,
            backend.readSync(handle, { start: 1, end: 3 }),
            data.slice(1, 3),
          );
        }
        expectSame(backend, `${dtype}: 2 to 5`, await backend.read(handle, { start: 2, end: 5 }), data.slice(2, 5));
        backend.write(handle, data.slice(0, 2), 3);
        data.copyWithin(3, 0, 2);
        expectSame(backend, `${dtype}: written from 3 on`, await backend.read(handle), data);
        backend.free(handle);
      }
    },
  },
  {
    name: "reads exactly the length that was allocated",
    async run(backend) {
      for (const length of [1, 3, 65, 1000]) {
        const handle = backend.alloc("f32", length);
        const data = await backend.read(handle);
        if (data.length !== length) fail(backend, `read ${data.length} elements of ${length}`);
        backend.free(handle);
      }
    },
  },
  {
    name: "copies: what was written or read can be changed without effect",
    async run(backend) {
      const data = Float32Array.of(1, 2, 3);
      const handle = filled(backend, "f32", data);
      data.fill(9);
      const got = await backend.read(handle);
      expectSame(backend, "after the source changed", got, Float32Array.of(1, 2, 3));
      got.fill(7);
      expectSame(backend, "after the copy changed", await backend.read(handle), Float32Array.of(1, 2, 3));
      backend.free(handle);
    },
  },
  {
    name: "captures the content at the call of read",
    async run(backend) {
      const handle = filled(backend, "f32", Float32Array.of(1, 2, 3));
      const reading = backend.read(handle);
      backend.write(handle, Float32Array.of(4, 5, 6));
      backend.free(handle);
      const other = filled(backend, "f32", Float32Array.of(7, 8, 9));
      expectSame(backend, "read before a later write", await reading, Float32Array.of(1, 2, 3));
      backend.free(other);
    },
  },
  {
    name: "orders free and write after the kernels before them",
    async run(backend) {
      const source = filled(backend, "f32", Float32Array.of(1, 2, 3));
      const target = backend.alloc("f32", 3);
      const operand = (buffer: BufferHandle): Operand => ({
        buffer,
        dtype: "f32",
        shape: [3],
        strides: [1],
        offset: 0,
      });
      const io = { inputs: [operand(source)], outputs: [operand(target)], scalars: [], saved: [] };
      backend.kernels.unary.run({ ...io, attrs: { kind: "neg" } });
      backend.free(source);
      const reused = filled(backend, "f32", Float32Array.of(7, 8, 9));
      expectSame(backend, "the result", await backend.read(target), Float32Array.of(-1, -2, -3));
      backend.free(reused);
      backend.free(target);
    },
  },
  {
    name: "keeps its books: bytes and buffers",
    run(backend) {
      const before = backend.memory();
      const handles = backend.capabilities.dtypes.map((dtype) => backend.alloc(dtype, 100));
      const bytes = backend.capabilities.dtypes.reduce((sum, dtype) => sum + 100 * bytesPerElement[dtype], 0);
      const held = backend.memory();
      if (held.liveBuffers !== before.liveBuffers + handles.length || held.liveBytes !== before.liveBytes + bytes) {
        fail(backend, "live memory after alloc is wrong", `${JSON.stringify(held)}, ${bytes} bytes more than before`);
      }
      for (const handle of handles) backend.free(handle);
      const after = backend.memory();
      if (after.liveBuffers !== before.liveBuffers || after.liveBytes !== before.liveBytes) {
        fail(
          backend,
          "free does not balance alloc",
          `${JSON.stringify(before)} before, ${JSON.stringify(after)} after`,
        );
      }
    },
  },
  {
    name: "runs every required kernel into its output alone, at rank 8",
    async run(backend) {
      const shape = [1, 2, 1, 2, 1, 1, 1, 3];
      const data = Float32Array.from({ length: 12 }, (_, i) => i);
      const source = filled(backend, "f32", data);
      const target = backend.alloc("f32", 12);
      const operand = (buffer: BufferHandle): Operand => ({
        buffer,
        dtype: "f32",
        shape,
        strides: denseStrides(shape),
        offset: 0,
      });
      const io = { inputs: [operand(source)], outputs: [operand(target)], scalars: [], saved: [] };
      backend.kernels.copy.run({ ...io, attrs: {} });
      expectSame(backend, "copy", await backend.read(target), data);
      backend.kernels.unary.run({ ...io, attrs: { kind: "square" } });
      expectSame(
        backend,
        "unary",
        await backend.read(target),
        data.map((x) => x * x),
      );
      backend.free(source);
      backend.free(target);
    },
  },
  {
    name: "takes third-party kernels through extend, and shares its buffers with the result",
    async run(backend) {
      const kernel: Kernel<undefined> = {
        run: ({ inputs, outputs }) =>
          backend.kernels.unary.run({ inputs, outputs, attrs: { kind: "neg" }, scalars: [], saved: [] }),
      };
      const extended = extend(backend, { "test.negate": kernel });
      if (extended.kernels["test.negate"] === undefined || backend.kernels["test.negate"] !== undefined) {
        fail(backend, "extend must add the kernel to the result, and leave the original alone");
      }
      const missing = requiredKernelNames.filter((name) => extended.kernels[name] === undefined);
      if (missing.length > 0) fail(backend, "the extended backend lost kernels", missing.join(", "));
      const x = tensor([1, 2], { backend });
      const y = withBackend(extended, () => x.mul(2));
      expectSame(backend, "an op on the extended backend", await y.data(), Float32Array.of(2, 4));
      const handle = filled(extended, "f32", Float32Array.of(5));
      expectSame(backend, "a buffer of the extended backend", await backend.read(handle), Float32Array.of(5));
      extended.free(handle);
      x.dispose();
      y.dispose();
    },
  },
  {
    name: "refuses tensors beyond its limits with an UnsupportedError",
    run(backend) {
      // The limit itself may be too large to reach, so a lower one is pretended.
      const maxElements = 8;
      const small = Object.create(backend, {
        capabilities: { value: { ...backend.capabilities, dtypes: ["f32", "i32", "bool"], maxElements } },
      }) as Backend;
      const calls = {
        zeros: () => zeros([9], { backend: small }),
        "host data": () => tensor(new Float32Array(9), { backend: small }),
        "an op": () =>
          withBackend(small, () =>
            tensor([1, 2, 3])
              .reshape([3, 1])
              .mul(tensor([1, 2, 3])),
          ),
        "another dtype": () => zeros([2], { backend: small, dtype: "f64" }),
      };
      for (const [what, call] of Object.entries(calls)) {
        try {
          call().dispose();
        } catch (error) {
          if (isNNError(error) && error.name === "UnsupportedError") continue;
          throw error;
        }
        fail(backend, `${what}: must fail with an UnsupportedError, and did not`);
      }
    },
  },
  {
    name: "keeps NaN, infinities and signed zero where it says so",
    async run(backend) {
      if (!backend.capabilities.ieeeNaN) return;
      const data = Float32Array.of(Number.NaN, Infinity, -Infinity, -0, 3.4028234663852886e38);
      const handle = filled(backend, "f32", data);
      const got = await backend.read(handle);
      data.forEach((x, i) => {
        if (!Object.is(x, got[i])) fail(backend, `${x} came back as ${got[i]}`);
      });
      backend.free(handle);
    },
  },
  { name: "settles", run: (backend) => backend.synchronize() },
  {
    name: "can be disposed twice",
    needsFresh: true,
    async run(_, make) {
      const fresh = await make!();
      fresh.free(fresh.alloc("f32", 10));
      await fresh.dispose();
      await fresh.dispose();
    },
  },
  {
    name: "is independent of others of its kind",
    needsFresh: true,
    async run(backend, make) {
      const fresh = await make!();
      const before = backend.memory();
      const handle = filled(fresh, "f32", Float32Array.of(1, 2));
      if (backend.memory().liveBuffers !== before.liveBuffers) fail(backend, "shares its books with another one");
      await fresh.dispose();
      const own = filled(backend, "f32", Float32Array.of(3, 4));
      expectSame(backend, "after another one was disposed", await backend.read(own), Float32Array.of(3, 4));
      backend.free(own);
      void handle;
    },
  },
];

function sampleOf(backend: Backend, dtype: DType): TypedArray {
  const most = backend.capabilities.exactIntegers;
  const values = {
    bool: [1, 0, 1, 1, 0, 0],
    i32: [0, 1, -1, most, -most, 12345],
    f32: [0, 1.5, -2.25, 1e30, -1e-30, 0.1],
  };
  const numbers = dtype === "f64" ? [0, Math.PI, -1e300, 1e-300, 0.1, 2 ** 53 - 1] : values[dtype];
  const data = typedArray(dtype, numbers.length);
  data.set(numbers);
  return data;
}

function filled(backend: Backend, dtype: DType, data: TypedArray): BufferHandle {
  const handle = backend.alloc(dtype, data.length);
  backend.write(handle, data);
  return handle;
}

function expectSame(backend: Backend, what: string, got: TypedArray, expected: TypedArray): void {
  if (got.constructor !== expected.constructor) fail(backend, `${what}: gives a ${got.constructor.name}`);
  if (got.length === expected.length && expected.every((x, i) => x === got[i])) return;
  throw new CheckError(`backend "${backend.name}"`, what, [
    ["expected", `[${[...expected].join(", ")}]`],
    ["got", `[${[...got].join(", ")}]`],
  ]);
}

function fail(backend: Backend, problem: string, got?: string): never {
  throw new CheckError(`backend "${backend.name}"`, problem, got === undefined ? [] : [["got", got]]);
}
