import type { OpCase, OpCases } from "@nn/tensor/cases";
import { avgPool2d } from "./avg-pool2d.js";
import { avgPool2dGrad } from "./avg-pool2d-ops.js";
import { type Geometry, geometries, outputOf, sizeOf, windowsOf } from "./pool2d-geometry.cases.js";

const padded = geometries.filter(({ padding }) => padding.some((side) => side > 0));

function avgCase(geometry: Geometry, countIncludePad: boolean): OpCase {
  const { name, kernelSize, stride, padding, ceilMode } = geometry;
  return {
    name: countIncludePad ? name : `${name}; padding does not count`,
    inputs: [{ shape: geometry.x }],
    run: (a) => avgPool2d(a, { kernelSize, stride, padding: [padding[0], padding[2]], ceilMode, countIncludePad }),
    reference: (a) => {
      const divisors = divisorsOf(geometry, countIncludePad, ceilMode === true);
      return [windowsOf(geometry).map((places, i) => places.reduce((sum, place) => sum + a[place], 0) / divisors[i])];
    },
  };
}

function avgGradCase(geometry: Geometry, countIncludePad: boolean): OpCase {
  const { name, x, kernelSize, stride, padding } = geometry;
  const attrs = { kernelSize, stride, padding, dilation: [1, 1], countIncludePad, inputShape: x } as const;
  return {
    name: countIncludePad ? name : `${name}; padding does not count`,
    inputs: [{ shape: outputOf(geometry) }],
    run: (g) => avgPool2dGrad.call([g], attrs),
    reference: (g) => {
      const dx = new Array<number>(sizeOf(x)).fill(0);
      const divisors = divisorsOf(geometry, countIncludePad, false);
      windowsOf(geometry).forEach((places, i) => {
        for (const place of places) dx[place] += g[i] / divisors[i];
      });
      return [dx];
    },
  };
}

/** What each window is divided by. With `ceilMode`, what lies beyond the padding at the start never counts. */
function divisorsOf(geometry: Geometry, countIncludePad: boolean, ceilMode: boolean): number[] {
  const { x, kernelSize, stride, padding } = geometry;
  const [n, c, oh, ow] = outputOf(geometry);
  return Array.from({ length: n * c * oh * ow }, (_, i) => {
    const sides = [0, 1].map((axis) => {
      const before = padding[2 * axis];
      const start = (axis === 0 ? Math.floor(i / ow) % oh : i % ow) * stride[axis] - before;
      const end = start + kernelSize[axis];
      if (!countIncludePad) return Math.min(end, x[2 + axis]) - Math.max(start, 0);
      return ceilMode ? Math.min(end, x[2 + axis] + before) - start : kernelSize[axis];
    });
    return sides[0] * sides[1];
  });
}

/** All that is checked about `avgPool2d`. */
export const avgPool2dCases: OpCases = {
  op: "avgPool2d",
  cases: [
    ...geometries.map((geometry) => avgCase(geometry, true)),
    ...padded.map((geometry) => avgCase(geometry, false)),
    {
      name: "divisor override",
      inputs: [{ shape: [1, 1, 2, 4] }],
      run: (x) => avgPool2d(x, { kernelSize: 2, divisorOverride: 3 }),
      reference: (a) => [[(a[0] + a[1] + a[4] + a[5]) / 3, (a[2] + a[3] + a[6] + a[7]) / 3]],
    },
  ],
  errors: [
    {
      name: "options",
      inputs: [{ shape: [1, 1, 8, 8] }],
      run: (x) => avgPool2d(x, { kernelSize: 0, stride: [1, 0] }),
      error: "DataError",
      says: ["kernelSize an integer of 1 or more", "stride an integer of 1 or more", "got [1, 0]"],
    },
  ],
};

/** All that is checked about the gradient of `avgPool2d`. */
export const avgPool2dGradCases: OpCases = {
  op: "avgPool2dGrad",
  cases: [
    ...geometries.map((geometry) => avgGradCase(geometry, true)),
    ...padded.map((geometry) => avgGradCase(geometry, false)),
  ],
};
