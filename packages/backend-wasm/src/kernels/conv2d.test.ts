import type { Conv2dAttrs } from "@nn/backend";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backend, expectClose, operand, run, values } from "../test-helpers.js";

interface Case {
  readonly x: readonly [n: number, c: number, h: number, w: number];
  /** Filters, and height and width of the kernel. */
  readonly w: readonly [filters: number, height: number, width: number];
  readonly stride?: readonly [number, number];
  readonly padding?: readonly [number, number, number, number];
  readonly dilation?: readonly [number, number];
  readonly groups?: number;
}

const functions = {
  none: (v: number) => v,
  relu: (v: number) => Math.max(v, 0),
  tanh: Math.tanh,
  sigmoid: (v: number) => 1 / (1 + Math.exp(-v)),
};

function attrsOf({ stride = [1, 1], padding = [0, 0, 0, 0], dilation = [1, 1], groups = 1 }: Case) {
  return { stride, padding, dilation, groups };
}

function outputOf(c: Case): readonly [number, number, number, number] {
  const { stride, padding, dilation } = attrsOf(c);
  const count = (d: 0 | 1) => {
    const room = c.x[2 + d] + padding[2 * d] + padding[2 * d + 1] - dilation[d] * (c.w[1 + d] - 1) - 1;
    return Math.floor(room / stride[d]) + 1;
  };
  return [c.x[0], c.w[0], count(0), count(1)];
}

/** Calls `visit` with the flat indices of every product: output, input, weight. */
function eachProduct(c: Case, visit: (y: number, x: number, w: number) => void): void {
  const { stride, padding, dilation, groups } = attrsOf(c);
  const [, channels, height, width] = c.x;
  const [filters, kh, kw] = c.w;
  const [images, , oh, ow] = outputOf(c);
  const share = channels / groups;
  for (let y = 0; y < images * filters * oh * ow; y++) {
    const filter = Math.floor(y / (oh * ow)) % filters;
    const image = Math.floor(y / (oh * ow * filters));
    const first = image * channels + Math.floor(filter / (filters / groups)) * share;
    const top = (Math.floor(y / ow) % oh) * stride[0] - padding[0];
    const left = (y % ow) * stride[1] - padding[2];
    for (let r = 0; r < kh; r++) {
      const row = top + r * dilation[0];
      if (row < 0 || row >= height) continue;
      for (let s = 0; s < kw; s++) {
        const column = left + s * dilation[1];
        if (column < 0 || column >= width) continue;
        for (let k = 0; k < share; k++) {
          visit(y, ((first + k) * height + row) * width + column, ((filter * share + k) * kh + r) * kw + s);
        }
      }
    }
  }
}

/**
 * Checks the forward pass with bias and activation, and both gradients. The tolerance is relative to the largest element
 * (before the activation): Winograd's transforms add and take away multiples of the inputs, which costs some 2e-6 of it
 * in f32 for 3 × 3 kernels, and 5e-6 for 5 × 5.
 */
function check(c: Case, activation: Conv2dAttrs["activation"] = "none"): void {
  const tolerance = c.w[1] === 5 && c.w[2] === 5 ? 2e-5 : 5e-6;
  const attrs = attrsOf(c);
  const shape = outputOf(c);
  const weightShape = [c.w[0], c.x[1] / attrs.groups, c.w[1], c.w[2]];
  const size = (dimensions: readonly number[]) => dimensions.reduce((n, d) => n * d, 1);
  const x = values("f32", size(c.x));
  const w = values("f32", size(weightShape));
  const g = values("f32", size(shape));
  const bias = values("f32", c.w[0]);
  const places = shape[2] * shape[3];
  const y = g.map((_, i) => bias[Math.floor(i / places) % c.w[0]]);
  const dx = x.map(() => 0);
  const dw = w.map(() => 0);
  eachProduct(c, (o, i, k) => {
    y[o] += x[i] * w[k];
    dx[i] += g[o] * w[k];
    dw[k] += g[o] * x[i];
  });
  const near = (actual: readonly number[], expected: readonly number[], before = expected) =>
    expectClose(actual, expected, tolerance, Math.max(1, ...before.map(Math.abs)));
  const [X, W, G, B] = [
    () => operand("f32", c.x, x),
    () => operand("f32", weightShape, w),
    () => operand("f32", shape, g),
    () => operand("f32", [c.w[0]], bias),
  ];
  const { conv2d, conv2dGradInput, conv2dGradWeight } = backend.kernels;
  near(run(conv2d, [X(), W(), B()], [["f32", shape]], { ...attrs, activation })[0], y.map(functions[activation]), y);
  near(run(conv2dGradInput, [G(), W()], [["f32", c.x]], { ...attrs, inputShape: c.x })[0], dx);
  near(run(conv2dGradWeight, [X(), G()], [["f32", weightShape]], { ...attrs, weightShape })[0], dw);
}

const one = (from: number, to: number) => fc.integer({ min: from, max: to });
const two = (from: number, to: number) => fc.tuple(one(from, to), one(from, to));
const sides = fc.tuple(one(0, 4), one(0, 4), one(0, 4), one(0, 4));

describe("conv2d and its gradients", () => {
  it("have any kernel, stride, padding, dilation and groups", () => {
    const cases = fc
      .record({
        images: one(1, 3),
        size: two(1, 12),
        group: fc.tuple(one(1, 5), one(1, 6)),
        kernel: two(1, 7),
        stride: two(1, 3),
        padding: sides,
        dilation: two(1, 3),
        groups: one(1, 3),
      })
      .map(({ images, size, group, kernel, groups, ...rest }): Case => {
        const [channels, filters] = [group[0] * groups, group[1] * groups];
        return { x: [images, channels, ...size], w: [filters, ...kernel], groups, ...rest };
      })
      .filter((c) => outputOf(c)[2] > 0 && outputOf(c)[3] > 0);
    fc.assert(
      fc.property(cases, fc.constantFrom("none", "relu", "tanh", "sigmoid"), (c, activation) => check(c, activation)),
    );
  });

  it("have groups of one channel", () => {
    const cases = fc
      .record({
        channels: one(2, 5),
        each: one(1, 2),
        size: two(1, 20),
        kernel: two(1, 5),
        stride: two(1, 3),
        padding: sides,
        dilation: two(1, 2),
      })
      .map(({ channels, each, size, kernel, ...rest }): Case => {
        return { x: [2, channels, ...size], w: [channels * each, ...kernel], groups: channels, ...rest };
      })
      .filter((c) => outputOf(c)[2] > 0 && outputOf(c)[3] > 0);
    fc.assert(
      fc.property(cases, (c) => check(c, "relu")),
      { numRuns: 60 },
    );
  });

  it("have groups of one channel with 3 × 3 kernels, in strips of four columns", () => {
    const sides = fc.tuple(one(0, 2), one(0, 2), one(0, 2), one(0, 2));
    const cases = fc
      .record({ channels: one(2, 5), each: fc.constantFrom(1, 1, 2), size: two(1, 18), padding: sides })
      .map(({ channels, each, size, padding }): Case => {
        return { x: [2, channels, ...size], w: [channels * each, 3, 3], groups: channels, padding };
      })
      .filter((c) => outputOf(c)[2] > 0 && outputOf(c)[3] > 0);
    fc.assert(
      fc.property(cases, fc.constantFrom("none", "relu", "tanh"), (c, activation) => check(c, activation)),
      { numRuns: 150 },
    );
  });

  it("have 3 × 3 kernels with many channels, by Winograd", () => {
    const cases = fc
      .record({ images: one(1, 3), channels: one(16, 25), filters: one(16, 25), size: two(3, 14), padding: sides })
      .map(({ images, channels, filters, size, padding }): Case => {
        return { x: [images, channels, ...size], w: [filters, 3, 3], padding };
      });
    fc.assert(
      fc.property(cases, fc.constantFrom("none", "relu", "tanh"), (c, activation) => check(c, activation)),
      { numRuns: 20 },
    );
  });

  it("have 5 × 5 kernels with many channels, by Winograd", () => {
    const cases = fc
      .record({ images: one(1, 3), channels: one(3, 25), filters: one(3, 25), size: two(5, 15), padding: sides })
      .map(({ images, channels, filters, size, padding }): Case => {
        return { x: [images, channels, ...size], w: [filters, 5, 5], padding };
      });
    fc.assert(
      fc.property(cases, fc.constantFrom("none", "relu", "tanh"), (c, activation) => check(c, activation)),
      { numRuns: 20 },
    );
  });

  it("have 1 × 1 kernels over whole images", () => {
    const cases = fc
      .record({ images: one(1, 3), group: fc.tuple(one(1, 20), one(1, 20)), size: two(7, 20), groups: one(1, 2) })
      .map(({ images, group, size, groups }): Case => {
        return { x: [images, group[0] * groups, ...size], w: [group[1] * groups, 1, 1], groups };
      });
    fc.assert(
      fc.property(cases, fc.constantFrom("none", "relu", "tanh"), (c, activation) => check(c, activation)),
      { numRuns: 40 },
    );
  });

  it("have strides and many channels, phase by phase", () => {
    const cases = fc
      .record({
        images: one(2, 3),
        size: two(4, 17),
        group: fc.tuple(one(8, 11), one(1, 6)),
        kernel: two(1, 6),
        stride: two(1, 3),
        padding: sides,
        groups: one(1, 2),
      })
      .map(({ images, size, group, kernel, groups, ...rest }): Case => {
        return { x: [images, group[0] * groups, ...size], w: [group[1] * groups, ...kernel], groups, ...rest };
      })
      .filter((c) => outputOf(c)[2] > 0 && outputOf(c)[3] > 0);
    fc.assert(
      fc.property(cases, (c) => check(c)),
      { numRuns: 60 },
    );
  });

  // Beyond the blocks of the products (256 of depth, 128 rows, 256 places, 384 window elements) and of the tiles.
  it.each([
    { x: [1, 32, 18, 18], w: [3, 3, 3], padding: [1, 1, 1, 1] },
    { x: [1, 300, 2, 2], w: [2, 1, 1], padding: [1, 0, 0, 0] },
    { x: [1, 2, 3, 3], w: [300, 2, 2] },
    { x: [2, 12, 20, 20], w: [6, 6, 6], padding: [3, 2, 2, 3] },
    { x: [300, 3, 1, 1], w: [5, 1, 1] },
    { x: [2, 270, 9, 9], w: [5, 1, 1], stride: [2, 2] },
    { x: [3, 16, 34, 41], w: [18, 3, 3], padding: [1, 1, 1, 1] },
    { x: [2, 10, 35, 42], w: [9, 5, 5], padding: [2, 2, 2, 2] },
  ] as const)("fill more than a block: $x * $w", (c) => check(c, "relu"));

  it("apply an activation once, after the last block of depth", () => {
    const c: Case = { x: [1, 40, 6, 6], w: [5, 4, 4] };
    for (const activation of ["tanh", "sigmoid"] as const) check(c, activation);
  });
});

describe("conv2d", () => {
  it("keeps a NaN to the windows that see it", () => {
    const x = operand("f32", [1, 1, 3, 3], [NaN, 0, 0, 0, 0, 0, 0, 0, Infinity]);
    const w = operand("f32", [1, 1, 2, 2], [1, 1, 1, 1]);
    const attrs = { ...attrsOf({ x: [1, 1, 3, 3], w: [1, 2, 2] }), activation: "none" } as const;
    expect(run(backend.kernels.conv2d, [x, w], [["f32", [1, 1, 2, 2]]], attrs)[0]).toEqual([NaN, 0, 0, Infinity]);
  });

  it("keeps NaN and infinity of one channel of many to the windows that see them", () => {
    // 3 × 3 with padding over 2 × 5: the strips overlap in three columns, and their lanes reach into the next row.
    const c: Case = { x: [1, 2, 2, 5], w: [2, 3, 3], padding: [1, 1, 1, 1], groups: 2 };
    const list = values("f32", 20).map(() => 1);
    list[4] = Infinity;
    list[5] = NaN;
    const weight = () => operand("f32", [2, 1, 3, 3], Array(18).fill(1));
    const ones = () => operand("f32", [1, 2, 2, 5], Array(20).fill(1));
    const x = () => operand("f32", c.x, list);
    const attrs = attrsOf(c);
    const [y] = run(backend.kernels.conv2d, [x(), weight()], [["f32", c.x]], { ...attrs, activation: "none" });
    const row = [NaN, NaN, 6, Infinity, Infinity];
    expect(y).toEqual([...row, ...row, 4, 6, 6, 6, 4, 4, 6, 6, 6, 4]);
    const [dx] = run(backend.kernels.conv2dGradInput, [x(), weight()], [["f32", c.x]], { ...attrs, inputShape: c.x });
    expect(dx).toEqual(y);
    const [dw] = run(backend.kernels.conv2dGradWeight, [x(), ones()], [["f32", [2, 1, 3, 3]]], {
      ...attrs,
      weightShape: [2, 1, 3, 3],
    });
    // The NaN is in the first column of the last row, the infinity in the last column of the first row.
    expect(dw.slice(0, 9)).toEqual([4, Infinity, Infinity, NaN, NaN, Infinity, NaN, NaN, 4]);
    expect(dw.slice(9)).toEqual([4, 5, 4, 8, 10, 8, 4, 5, 4]);
  });

  it("reads nothing that lies behind the image into the gradient of a depthwise weight", () => {
    const x = operand("f32", [1, 2, 1, 3], [1, 2, 3, 4, 5, 6, NaN]);
    const g = operand("f32", [1, 2, 1, 3], [1, 1, 1, 1, 1, 1, NaN]);
    const attrs = { ...attrsOf({ x: [1, 2, 1, 3], w: [2, 1, 1], groups: 2 }), weightShape: [2, 1, 1, 1] };
    expect(run(backend.kernels.conv2dGradWeight, [x, g], [["f32", [2, 1, 1, 1]]], attrs)[0]).toEqual([6, 15]);
  });

  it("gives scratch memory back", () => {
    const before = backend.memory().liveBuffers;
    check({ x: [1, 16, 8, 8], w: [16, 3, 3], padding: [1, 1, 1, 1] });
    check({ x: [1, 2, 8, 8], w: [2, 3, 3], stride: [2, 2] });
    expect(backend.memory().liveBuffers).toBe(before);
  });
});
