import type { Pool2dAttrs } from "@nn/backend";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backend, expectClose, operand, run, values } from "../test-helpers.js";

const { maxPool2d, maxPool2dGrad, avgPool2d, avgPool2dGrad } = backend.kernels;

type Four = readonly [number, number, number, number];

function outputOf(x: Four, { kernelSize, stride, padding, dilation }: Pool2dAttrs): Four {
  const count = (d: 0 | 1) => {
    const room = x[2 + d] + padding[2 * d] + padding[2 * d + 1] - dilation[d] * (kernelSize[d] - 1) - 1;
    return Math.floor(room / stride[d]) + 1;
  };
  return [x[0], x[1], count(0), count(1)];
}

/** For each output place the flat indices of its window inside the image, in row order. */
function windows(x: Four, attrs: Pool2dAttrs): number[][] {
  const [n, c, oh, ow] = outputOf(x, attrs);
  return Array.from({ length: n * c * oh * ow }, (_, o) => {
    const inside: number[] = [];
    for (let r = 0; r < attrs.kernelSize[0]; r++) {
      for (let s = 0; s < attrs.kernelSize[1]; s++) {
        const row = (Math.floor(o / ow) % oh) * attrs.stride[0] + r * attrs.dilation[0] - attrs.padding[0];
        const column = (o % ow) * attrs.stride[1] + s * attrs.dilation[1] - attrs.padding[2];
        if (row < 0 || row >= x[2] || column < 0 || column >= x[3]) continue;
        inside.push((Math.floor(o / (oh * ow)) * x[2] + row) * x[3] + column);
      }
    }
    return inside;
  });
}

const one = (from: number, to: number) => fc.integer({ min: from, max: to });
const two = (from: number, to: number) => fc.tuple(one(from, to), one(from, to));
const general = fc.record({
  kernelSize: two(1, 4),
  stride: two(1, 3),
  padding: fc.tuple(one(0, 2), one(0, 2), one(0, 2), one(0, 2)),
  dilation: two(1, 2),
});
const halves = fc.constant<Pool2dAttrs>({
  kernelSize: [2, 2],
  stride: [2, 2],
  padding: [0, 0, 0, 0],
  dilation: [1, 1],
});
const threes = fc.record({
  kernelSize: fc.constant([3, 3] as const),
  stride: fc.constantFrom([1, 1] as const, [2, 2] as const),
  padding: fc.tuple(one(0, 2), one(0, 2), one(0, 2), one(0, 2)),
  dilation: fc.constant([1, 1] as const),
});
const tiles = two(1, 6).map(
  (size): Pool2dAttrs => ({ kernelSize: size, stride: size, padding: [0, 0, 0, 0], dilation: [1, 1] }),
);
const cases = fc
  .tuple(fc.tuple(one(1, 2), one(1, 2), one(1, 20), one(1, 20)), fc.oneof(general, halves, threes, tiles))
  .filter(([x, attrs]) => outputOf(x, attrs)[2] > 0 && outputOf(x, attrs)[3] > 0)
  // As the layers ensure: every window sees something of the image.
  .filter(([x, attrs]) => windows(x, attrs).every((inside) => inside.length > 0));

const sizeOf = (shape: readonly number[]) => shape.reduce((n, d) => n * d, 1);
/** Some numbers that are hard to compare. */
const odd = {
  none: (v: number) => v,
  infinite: (v: number) => (v <= 1 ? -Infinity : v),
  infiniteOrNaN: (v: number) => (v === 1 ? NaN : v === -1 ? -Infinity : v),
};

describe("pools", () => {
  it("take the largest of each window and give the first of the largest the gradient", () => {
    fc.assert(
      fc.property(cases, fc.constantFrom(odd.none, odd.infinite, odd.infiniteOrNaN), ([x, attrs], special) => {
        const shape = outputOf(x, attrs);
        const a = values("f32", sizeOf(x)).map((v) => special(Math.trunc(v) + 0));
        const g = values("f32", sizeOf(shape));
        const y: number[] = [];
        const dx = a.map(() => 0);
        windows(x, attrs).forEach((inside, o) => {
          const best = Math.max(...inside.map((i) => a[i]));
          y.push(best);
          dx[inside.find((i) => Object.is(a[i], best) || a[i] === best)!] += g[o];
        });
        expect(run(maxPool2d, [operand("f32", x, a)], [["f32", shape]], attrs)[0]).toEqual(y);
        const inputs = [operand("f32", x, a), operand("f32", shape, g)];
        expectClose(run(maxPool2dGrad, inputs, [["f32", x]], attrs)[0], dx, 1e-6, 1);
      }),
      { numRuns: 300 },
    );
  });

  it("give a window of minus infinity's gradient to an element of the image, not to the padding", () => {
    const attrs: Pool2dAttrs = { kernelSize: [2, 2], stride: [1, 1], padding: [1, 1, 1, 1], dilation: [1, 1] };
    const x = operand("f32", [1, 1, 1, 1], [-Infinity]);
    const g = operand("f32", [1, 1, 2, 2], [1, 2, 4, 8]);
    expect(run(maxPool2dGrad, [x, g], [["f32", [1, 1, 1, 1]]], attrs)[0]).toEqual([15]);
  });

  it("average, with and without the padding", () => {
    fc.assert(
      fc.property(cases, fc.boolean(), ([x, window], countIncludePad) => {
        const attrs = { ...window, countIncludePad };
        const shape = outputOf(x, attrs);
        const a = values("f32", sizeOf(x));
        const g = values("f32", sizeOf(shape));
        const y: number[] = [];
        const dx = a.map(() => 0);
        windows(x, attrs).forEach((inside, o) => {
          const count = countIncludePad ? window.kernelSize[0] * window.kernelSize[1] : inside.length;
          y.push(inside.reduce((sum, i) => sum + a[i], 0) / count);
          for (const i of inside) dx[i] += g[o] / count;
        });
        expectClose(run(avgPool2d, [operand("f32", x, a)], [["f32", shape]], attrs)[0], y, 1e-6, 1);
        const back = run(avgPool2dGrad, [operand("f32", shape, g)], [["f32", x]], { ...attrs, inputShape: x });
        expectClose(back[0], dx, 2e-6, 1);
      }),
      { numRuns: 200 },
    );
  });
});
