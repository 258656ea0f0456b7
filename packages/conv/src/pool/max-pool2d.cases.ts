import type { CaseInput, OpCase, OpCases } from "@nn/tensor/cases";
import { maxPool2d } from "./max-pool2d.js";
import { maxPool2dGrad } from "./max-pool2d-grad.js";
import { type Geometry, geometries, outputOf, sizeOf, windowsOf } from "./pool2d-geometry.cases.js";

const dilated: Geometry = {
  name: "dilation",
  x: [1, 2, 6, 7],
  kernelSize: [2, 3],
  stride: [1, 2],
  padding: [1, 1, 1, 1],
  dilation: [2, 2],
};

/** Values that lie apart, so that a small step never changes which one is the largest. */
function distinct(shape: readonly number[]): CaseInput {
  const size = sizeOf(shape);
  // 7919 is prime: its multiples modulo the size visit every number once unless the size is a multiple of it.
  return { shape, values: Array.from({ length: size }, (_, i) => (((i * 7919 + 3) % size) - size / 2) / 8) };
}

function maxCase(geometry: Geometry, x: CaseInput = distinct(geometry.x)): OpCase {
  const { name, kernelSize, stride, padding, dilation, ceilMode } = geometry;
  return {
    name,
    inputs: [x],
    run: (a) => maxPool2d(a, { kernelSize, stride, padding: [padding[0], padding[2]], dilation, ceilMode }),
    reference: (a) => [windowsOf(geometry).map((places) => Math.max(...places.map((place) => a[place])))],
  };
}

function maxGradCase(geometry: Geometry, x: CaseInput = distinct(geometry.x)): OpCase {
  const { name, kernelSize, stride, padding, dilation = [1, 1] } = geometry;
  return {
    name,
    inputs: [x, { shape: outputOf(geometry) }],
    run: (a, g) => maxPool2dGrad.call([a, g], { kernelSize, stride, padding, dilation }),
    reference: (a, g) => {
      const dx = new Array<number>(a.length).fill(0);
      windowsOf(geometry).forEach((places, i) => {
        const values = places.map((place) => a[place]);
        dx[places[values.indexOf(Math.max(...values))]] += g[i];
      });
      return [dx];
    },
  };
}

// In fours of equal numbers: the first of the window in row order wins.
const ties: Geometry = { name: "ties", x: [1, 1, 4, 4], kernelSize: [2, 2], stride: [2, 2], padding: [0, 0, 0, 0] };
const tiesOverlapping: Geometry = { ...ties, name: "ties in overlapping windows", kernelSize: [3, 3], stride: [1, 1] };
const tied: CaseInput = {
  shape: [1, 1, 4, 4],
  values: [1, 1, 2, 2, 1, 1, 2, 2, 0, 3, 3, 0, 3, 0, 0, 3],
  noGradient: "the derivative jumps where elements are equal",
};
const negative: CaseInput = { shape: [1, 1, 3, 3], values: [-9, -8, -7, -6, -5, -4, -3, -2, -1] };
const corner: Geometry = {
  ...ties,
  name: "negative numbers: padding never wins",
  x: [1, 1, 3, 3],
  padding: [1, 1, 1, 1],
};

/** All that is checked about `maxPool2d`. */
export const maxPool2dCases: OpCases = {
  op: "maxPool2d",
  cases: [
    ...[...geometries, dilated].map((geometry) => maxCase(geometry)),
    maxCase(ties, tied),
    maxCase(tiesOverlapping, tied),
    maxCase(corner, negative),
    {
      name: "NaN wins",
      inputs: [{ shape: [1, 1, 2, 4], values: [1, Number.NaN, 2, 3, 4, 5, 6, Number.POSITIVE_INFINITY] }],
      run: (x) => maxPool2d(x, { kernelSize: 2 }),
      reference: () => [[Number.NaN, Number.POSITIVE_INFINITY]],
      noGradient: "of NaN there is none",
    },
  ],
  errors: [
    {
      name: "a sequence",
      inputs: [{ shape: [8, 10, 3] }],
      run: (x) => maxPool2d(x, { kernelSize: 2 }),
      error: "ShapeError",
      says: ["n c h w, got 3 dimensions"],
    },
    {
      name: "integers",
      inputs: [{ shape: [1, 1, 4, 4], dtype: "i32" }],
      run: (x) => maxPool2d(x, { kernelSize: 2 }),
      error: "DTypeError",
      says: ["f32 or f64, got i32"],
    },
    {
      name: "kernel larger than the input",
      inputs: [{ shape: [1, 1, 2, 8] }],
      run: (x) => maxPool2d(x, { kernelSize: 3 }),
      error: "ShapeError",
      says: ["padded h of at least 3, got 2"],
    },
    {
      name: "padding beyond half of the kernel",
      inputs: [{ shape: [1, 1, 8, 8] }],
      run: (x) => maxPool2d(x, { kernelSize: 3, padding: 2 }),
      error: "DataError",
      says: ["padding at most half of kernelSize, [1, 1]; got 2"],
    },
  ],
};

/** All that is checked about the gradient of `maxPool2d`. */
export const maxPool2dGradCases: OpCases = {
  op: "maxPool2dGrad",
  cases: [
    ...[...geometries, dilated].map((geometry) => maxGradCase(geometry)),
    maxGradCase(ties, tied),
    maxGradCase(tiesOverlapping, tied),
    maxGradCase(corner, negative),
  ],
};
