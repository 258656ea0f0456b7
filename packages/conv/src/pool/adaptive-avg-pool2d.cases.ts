import type { Tensor } from "@nn/tensor";
import type { OpCase, OpCases } from "@nn/tensor/cases";
import { adaptiveAvgPool2d } from "./adaptive-avg-pool2d.js";
import type { Four, Two } from "./pool2d-geometry.cases.js";

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function adaptiveCase(name: string, [n, c, h, w]: Four, size: Two): OpCase {
  const range = (length: number, windows: number, i: number) =>
    [Math.floor((i * length) / windows), Math.ceil(((i + 1) * length) / windows)] as const;
  return {
    name,
    inputs: [{ shape: [n, c, h, w] }],
    run: (x: Tensor) => adaptiveAvgPool2d(x, size),
    reference: (a) => [
      Array.from({ length: n * c * size[0] * size[1] }, (_, i) => {
        const [top, bottom] = range(h, size[0], Math.floor(i / size[1]) % size[0]);
        const [left, right] = range(w, size[1], i % size[1]);
        const plane = Math.floor(i / (size[0] * size[1])) * h;
        const rows = Array.from({ length: bottom - top }, (_, r) => (plane + top + r) * w);
        return mean(rows.flatMap((row) => a.slice(row + left, row + right)));
      }),
    ],
  };
}

/** All that is checked about `adaptiveAvgPool2d`. */
export const adaptiveAvgPool2dCases: OpCases = {
  op: "adaptiveAvgPool2d",
  cases: [
    adaptiveCase("to one", [2, 3, 3, 4], [1, 1]),
    adaptiveCase("sizes divide", [1, 2, 6, 4], [3, 2]),
    adaptiveCase("windows overlap", [1, 2, 5, 7], [3, 4]),
    adaptiveCase("to a larger size", [1, 1, 2, 3], [4, 4]),
  ],
  errors: [
    {
      name: "a matrix",
      inputs: [{ shape: [4, 4] }],
      run: (x) => adaptiveAvgPool2d(x, 1),
      error: "ShapeError",
      says: ["n c h w, got 2 dimensions"],
    },
  ],
};
