import {
  type Backend,
  type BufferHandle,
  denseStrides,
  extend,
  type Kernel,
  type KernelIO,
  type Operand,
  sizeOf,
} from "@nn/backend";
import { cpu } from "@nn/backend-cpu";
import { fusedCpu } from "@nn/backend-cpu/fused";
import { defineOp, keep, mul, relu, ShapeError, sin, type Tensor, tanh, tensor, unsqueeze } from "@nn/tensor";
import type { OpCase, OpCases } from "@nn/tensor/cases";
import { guarded, type TestBackendOptions, testBackend } from "@nn/testing";
import { describe, expect, it } from "vitest";
import { failuresOf } from "./run-tests.js";

function failures(
  backend: Backend | (() => Backend),
  cases: readonly OpCases[],
  options: Partial<TestBackendOptions> = {},
): Promise<Record<string, string>> {
  return failuresOf((runner) => testBackend(backend, { suites: [cases], ...runner, ...options }));
}

const oneCase = (run: (x: Tensor) => Tensor, more: Partial<OpCase> = {}): OpCases[] => [
  { op: "test", cases: [{ name: "case", inputs: [{ shape: [3, 4] }], run: (x) => run(x), ...more }] },
];

/** The CPU backend with another unary kernel. */
function withUnary(change: (right: Kernel["run"], io: KernelIO<{ readonly kind: "tanh" }>) => void): Backend {
  const backend = cpu();
  const right = backend.kernels.unary;
  const unary: typeof right = {
    run: (io) => change((other) => right.run(other as typeof io), io as KernelIO<{ readonly kind: "tanh" }>),
  };
  return { ...backend, kernels: { ...backend.kernels, unary } };
}

const tanhCase = oneCase(tanh);

/** A tanh of its own, whose rule is 1 - y². */
const tanhOp = (changes: object = {}, name = "test.tanh") =>
  defineOp({
    name,
    infer: ([x]) => x,
    composed: ([x]) => tanh(x),
    saves: { inputs: [], outputs: true },
    vjp: ({ g, outputs: [y] }) => [mul(g, mul(y, y).neg().add(1))],
    ...changes,
  });

describe("testBackend", () => {
  it("finds nothing where nothing is wrong", async () => {
    expect(
      await failures(
        cpu,
        oneCase((x) => tanhOp().call([x], undefined)),
      ),
    ).toEqual({});
    expect(await failures(() => guarded(cpu()), tanhCase)).toEqual({});
  });

  it("takes reads that are answered in another order than they were asked", async () => {
    const waiting: (() => void)[] = [];
    const late = (): Backend => {
      const { readSync, ...backend } = cpu();
      return {
        ...backend,
        capabilities: { ...backend.capabilities, readSync: false },
        async read(handle, range) {
          const data = readSync!(handle, range);
          setTimeout(() => waiting.pop()?.());
          await new Promise<void>((resolve) => waiting.push(resolve));
          return data;
        },
      };
    };
    expect(await failures(late, tanhCase)).toEqual({});
  });

  it("catches a wrong gradient", async () => {
    const op = tanhOp({ vjp: ({ g, outputs: [y] }: { g: Tensor; outputs: Tensor[] }) => [mul(g, y)] });
    const failed = await failures(
      cpu,
      oneCase((x) => op.call([x], undefined)),
    );
    expect(Object.keys(failed)).toContain("case: derivative");
    expect(failed["case: derivative"]).toMatch(
      /test, "case": gradient in f64.*\n +input +input 0, \[3, 4\]\n +at +element 0/,
    );
  });

  it("catches a gradient that cannot be differentiated again", async () => {
    // The copy on the host cuts the graph: right the first time, a constant the second.
    const op = tanhOp({
      saves: { inputs: [0] },
      vjp: ({ g, inputs: [x] }: { g: Tensor; inputs: Tensor[] }) => [mul(g, frozenSlope(x))],
    });
    expect(
      Object.keys(
        await failures(
          cpu,
          oneCase((x) => op.call([x], undefined)),
        ),
      ),
    ).toEqual(["case: second derivative"]);
  });

  it("catches a wrong `saves`", async () => {
    const unsaved = tanhOp({
      saves: { inputs: [] },
      vjp: ({ g, inputs: [x] }: { g: Tensor; inputs: Tensor[] }) => [mul(g, mul(tanh(x), tanh(x)).neg().add(1))],
    });
    const noOutput = tanhOp({ saves: { inputs: [], outputs: false } });
    for (const op of [unsaved, noOutput]) {
      const failed = await failures(
        cpu,
        oneCase((x) => op.call([x], undefined)),
      );
      expect(failed["case: saves"]).toContain("used after its memory was given back");
    }
  });

  it("catches a leaked tensor", async () => {
    const failed = await failures(
      cpu,
      oneCase((x) => tanh(keep(x.mul(2)))),
    );
    expect(Object.keys(failed)).toEqual(["case: memory"]);
    expect(failed["case: memory"]).toMatch(/left memory behind\n +buffers +\d+ before, \d+ after/);
  });

  it("catches a backend that leaks or keeps wrong books", async () => {
    const backend = cpu();
    const leaking = { ...backend, free: (_: BufferHandle) => {} };
    const failed = await failures(leaking, tanhCase);
    expect(failed["case: memory"]).toContain("left memory behind");
    expect(failed["keeps its books: bytes and buffers"]).toContain("free does not balance alloc");
  });

  it("catches a write past the end", async () => {
    const backend = withUnary((right, io) => {
      backend.kernels.fill.run({ ...io, inputs: [], outputs: [longer(io.outputs[0])], attrs: undefined, scalars: [0] });
      right(io);
    });
    const failed = await failures(backend, tanhCase);
    expect(Object.keys(failed)).toContain("case: guards");
    expect(failed["case: guards"]).toMatch(/kernel "unary" of "cpu": wrote past the end of output 0[\s\S]*element 12/);
  });

  it("catches an output that is not written whole", async () => {
    const backend = withUnary((right, io) => {
      const rows = (operand: Operand): Operand => ({
        ...operandOf(operand),
        shape: [operand.shape[0] - 1, ...operand.shape.slice(1)],
      });
      if (io.outputs[0].shape.length < 2) right(io);
      else right({ ...io, inputs: io.inputs.map(rows), outputs: io.outputs.map(rows) });
    });
    const failed = await failures(backend, tanhCase);
    expect(failed["case: guards"]).toMatch(/in poisoned memory: differs[\s\S]*at +\[2, 0\][\s\S]*got +NaN/);
  });

  it("catches a kernel that changes its input", async () => {
    const backend = withUnary((right, io) => {
      right(io);
      const [input] = io.inputs;
      right({ ...io, outputs: [{ ...operandOf(input), strides: denseStrides(input.shape), offset: 0 }] });
    });
    expect((await failures(backend, tanhCase))["case: guards"]).toMatch(/changed an input\n +at +element 0/);
  });

  it("catches wrong stride handling", async () => {
    const flat = (operand: Operand): Operand => ({ ...operandOf(operand), strides: denseStrides(operand.shape) });
    const ignoresStrides = withUnary((right, io) => right({ ...io, inputs: io.inputs.map(flat) }));
    const failed = await failures(ignoresStrides, tanhCase);
    expect(failed["case: forward"]).toBeUndefined();
    expect(failed["case: strided"]).toContain("with transposed inputs: differs from the oracle");

    const ignoresOffset = withUnary((right, io) =>
      right({ ...io, inputs: io.inputs.map((x) => ({ ...operandOf(x), offset: Math.min(x.offset, 1) })) }),
    );
    expect((await failures(ignoresOffset, tanhCase))["case: strided"]).toContain("with sliced inputs");
  });

  it("catches a kernel that is wrong, and shows where", async () => {
    const backend = withUnary((right, io) => right({ ...io, attrs: { kind: "tanh" } }));
    const failed = await failures(backend, oneCase(sin));
    expect(failed["case: forward"]).toMatch(
      /test, "case": output 0 differs from the oracle\n +at +\[\d, \d\], the worst of 12/,
    );
  });

  it("catches a missing required kernel", async () => {
    const backend = cpu();
    const { scatterAdd: _, ...kernels } = backend.kernels;
    const broken = { ...backend, kernels: kernels as typeof backend.kernels };
    expect(await failures(broken, [])).toMatchObject({
      "has all required kernels": expect.stringMatching(/required kernels are missing\n +got +scatterAdd/),
    });
  });

  it("catches a fused kernel that differs from the composed form", async () => {
    const base = cpu();
    const kernel: Kernel<undefined> = {
      run: ({ inputs, outputs }) =>
        base.kernels.unary.run({ inputs, outputs, attrs: { kind: "sin" }, scalars: [], saved: [] }),
    };
    const backend = extend(base, { "test.fusedTanh": kernel });
    const op = tanhOp({}, "test.fusedTanh");
    const failed = await failures(
      backend,
      oneCase((x) => op.call([x], undefined)),
    );
    expect(failed["case: fused"]).toContain("in f32: the fused kernels differ from the composed form");
  });

  it("says which fused kernels were compared", async () => {
    const tests: (() => void | Promise<void>)[] = [];
    const report = await testBackend(fusedCpu, {
      suites: [oneCase(relu).map((cases) => ({ ...cases, op: "relu" }))],
      describe: (_, fn) => fn(),
      it: (_, fn) => tests.push(fn),
    });
    for (const test of tests) await test();
    expect([...report.fused]).toEqual([["relu", new Set(["reluGrad"])]]);
  });

  it("catches a wrong oracle by the reference", async () => {
    const failed = await failures(cpu, oneCase(sin, { reference: (x) => [x.map((value) => value)] }));
    expect(Object.keys(failed)).toEqual(["case: reference"]);
  });

  it("catches errors that are missing, of another kind, or say too little", async () => {
    const errors: OpCases["errors"] = [
      { name: "none", inputs: [{ shape: [2] }], run: (x) => x.neg(), error: "ShapeError", says: [] },
      { name: "another", inputs: [{ shape: [2] }], run: (x) => x.cast("bool").neg(), error: "ShapeError", says: [] },
      { name: "silent", inputs: [{ shape: [2] }], run: (x) => unsqueeze(x, 5), error: "ShapeError", says: ["banana"] },
      {
        name: "a plain one",
        inputs: [],
        run: () => {
          throw new RangeError("no");
        },
        error: "ShapeError",
        says: [],
      },
      {
        name: "that leaks",
        inputs: [{ shape: [2] }],
        run: (x) => {
          keep(x.neg());
          throw new ShapeError({ where: "test", problem: "wrong", fix: "none" });
        },
        error: "ShapeError",
        says: [],
      },
    ];
    const failed = await failures(cpu, [{ op: "test", cases: [], errors }]);
    expect(failed).toMatchObject({
      "none: error": expect.stringContaining("must fail, and did not"),
      "another: error": expect.stringMatching(/expected +ShapeError\n +got +DTypeError/),
      "silent: error": expect.stringContaining('expected  "banana"'),
      "a plain one: error": expect.stringContaining("RangeError"),
      "that leaks: error": expect.stringContaining("left memory behind"),
    });
  });

  it("catches a read that sees later writes, and shared arrays", async () => {
    const backend = cpu();
    const late = {
      ...backend,
      read: async (...args: Parameters<Backend["read"]>) => Promise.resolve().then(() => backend.read(...args)),
    };
    expect(Object.keys(await failures(late, []))).toContain("captures the content at the call of read");
  });

  it("catches capabilities that are not so", async () => {
    const backend = cpu();
    const { readSync: _, ...without } = backend;
    const failed = await failures(without, []);
    expect(failed["states the contract's version, a name and sane capabilities"]).toContain("not sane: readSync");
  });

  it("leaves out what the backend cannot represent, and says why", async () => {
    const backend = cpu();
    const small: Backend = {
      ...backend,
      capabilities: { ...backend.capabilities, dtypes: ["f32", "i32", "bool"], ieeeNaN: false, exactIntegers: 2 ** 24 },
    };
    const cases: OpCases = {
      op: "test",
      cases: [
        { name: "f64", inputs: [{ shape: [2], dtype: "f64" }], run: (x) => x.neg() },
        { name: "NaN", inputs: [{ shape: [1], values: [Number.NaN] }], run: (x) => x.neg(), noGradient: "NaN" },
        { name: "large", inputs: [{ shape: [1], dtype: "i32", values: [2 ** 25] }], run: (x) => x.neg() },
        { name: "fine", inputs: [{ shape: [2] }], run: (x) => x.neg() },
      ],
    };
    const report = await testBackend(small, {
      suites: [[cases]],
      describe: (_, fn) => fn(),
      it: () => {},
      skip: [{ op: "test", case: "fine", check: "guards", reason: "to show it" }],
    });
    expect(report.skipped.filter(({ op }) => op === "test")).toEqual([
      { op: "test", case: "f64", reason: "the backend has no f64" },
      { op: "test", case: "NaN", reason: "the backend does not follow IEEE 754 for NaN" },
      { op: "test", case: "large", reason: "integers above 16777216" },
      { op: "test", case: "fine", check: "guards", reason: "to show it" },
    ]);
  });

  it("watches backends that cannot read at once", async () => {
    const { readSync: _, ...backend } = withUnary((right, io) => {
      backend.kernels.fill.run({ ...io, inputs: [], outputs: [longer(io.outputs[0])], attrs: undefined, scalars: [0] });
      right(io);
    });
    const slow: Backend = { ...backend, capabilities: { ...backend.capabilities, readSync: false } };
    const failed = await failures(slow, tanhCase);
    expect(failed["case: guards"]).toContain("wrote past the end of output 0");
  });
});

function operandOf({ buffer, dtype, shape, strides, offset }: Operand): Operand {
  return { buffer, dtype, shape, strides, offset };
}

/** One element more than there is room for. */
function longer(operand: Operand): Operand {
  return { ...operandOf(operand), shape: [sizeOf(operand.shape) + 1], strides: [1] };
}

/** 1 - tanh(x)², computed on the host. */
function frozenSlope(x: Tensor): Tensor {
  const data = x.dataSync().map((value) => 1 - Math.tanh(value) ** 2);
  return tensor(data, { shape: x.shape, dtype: x.dtype, backend: x.backend });
}
