import type { OpCases } from "../cases.js";
import { flip } from "./flip.js";
import { at, index } from "./index-by.js";
import { build, mapAlong, place } from "./naive.js";
import { slice } from "./slice.js";

const shape = [3, 6];

/** What Python's range with these bounds picks. */
function picked(size: number, start: number, end: number | undefined, step: number): number[] {
  const all = Array.from({ length: size }, (_, i) => i);
  const bound = (b: number) => (b < 0 ? b + size : b);
  if (step > 0) {
    const to = end === undefined ? size : bound(end);
    return all.filter((i) => i >= bound(start) && i < to && (i - Math.max(bound(start), 0)) % step === 0);
  }
  const from = Math.min(bound(start), size - 1);
  const to = end === undefined ? -1 : bound(end);
  return all.reverse().filter((i) => i <= from && i > to && (from - i) % -step === 0);
}

/** Views by position. */
export const sliceCases: readonly OpCases[] = [
  {
    op: "slice",
    cases: (
      [
        ["start and end", 1, 4, 1],
        ["to the end", 2, undefined, 1],
        ["negative bounds", -4, -1, 1],
        ["bounds are clipped", -10, 10, 1],
        ["steps", 1, undefined, 2],
        ["steps that do not divide", 0, 6, 4],
        ["backwards", -1, undefined, -1],
        ["backwards in steps", 5, 0, -2],
        ["backwards, clipped", 9, -20, -3],
        ["nothing", 4, 2, 1],
        ["nothing backwards", 1, 3, -1],
      ] as const
    ).map(([name, start, end, step]) => ({
      name,
      inputs: [{ shape }],
      run: (x) => slice(x!, 1, start, end, step),
      reference: (x) => [mapAlong((row) => picked(6, start, end, step).map((i) => row[i]!), shape, 1)(x)],
    })),
    errors: [
      {
        name: "step 0",
        inputs: [{ shape }],
        run: (x) => slice(x!, 1, 0, 3, 0),
        error: "ShapeError",
        says: ["[slice]", "f32 [3, 6]", "0 to 3 by 0"],
      },
      {
        name: "a fraction",
        inputs: [{ shape }],
        run: (x) => slice(x!, 1, 0.5),
        error: "ShapeError",
        says: ["[slice]", "integers", "0.5 to the end"],
      },
      {
        name: "an axis that does not exist",
        inputs: [{ shape }],
        run: (x) => slice(x!, 2, 0),
        error: "ShapeError",
        says: ["[slice]", "axis", "from -2 to 1"],
      },
    ],
  },
  {
    op: "flip",
    cases: [
      {
        name: "one axis",
        inputs: [{ shape }],
        run: (x) => flip(x!, 1),
        reference: (x) => [mapAlong((row) => row.reverse(), shape, 1)(x)],
      },
      { name: "all axes", inputs: [{ shape: [2, 3, 2] }], run: (x) => flip(x!), reference: (x) => [[...x].reverse()] },
      { name: "i32", inputs: [{ shape: [4], dtype: "i32", range: [0, 9] }], run: (x) => flip(x!, -1) },
      { name: "empty", inputs: [{ shape: [0, 2] }], run: (x) => flip(x!, [0, 1]) },
      { name: "scalar", inputs: [{ shape: [] }], run: (x) => flip(x!), reference: (x) => [x] },
    ],
    errors: [
      {
        name: "an axis that does not exist",
        inputs: [{ shape }],
        run: (x) => flip(x!, 5),
        error: "ShapeError",
        says: ["[flip]", "axis", "5"],
      },
    ],
  },
  {
    op: "at",
    cases: [
      {
        name: "a row",
        inputs: [{ shape }],
        run: (x) => at(x!, [-1]),
        reference: (x) => [x.slice(12)],
      },
      { name: "an element", inputs: [{ shape }], run: (x) => at(x!, [1, 2]), reference: (x) => [[x[8]!]] },
    ],
    errors: [
      {
        name: "out of range",
        inputs: [{ shape }],
        run: (x) => at(x!, [0, 6]),
        error: "ShapeError",
        says: ["[at]", "size 6", "from -6 to 5"],
      },
      {
        name: "too many",
        inputs: [{ shape }],
        run: (x) => at(x!, [0, 0, 0]),
        error: "ShapeError",
        says: ["[at]", "rank 2", "3 coordinates"],
      },
    ],
  },
  {
    op: "index",
    cases: [
      {
        name: "numbers, slices, a tensor and null",
        inputs: [{ shape: [2, 3, 4] }, { shape: [2], dtype: "i32", values: [3, 0] }],
        run: (x, i) => index(x!, [1, [0, undefined, 2], i!]),
        reference: (x, i) => [build([2, 2], ([r, c]) => x[place([1, 2 * r!, i[c!]!], [2, 3, 4])]!)],
      },
      {
        name: "null keeps an axis",
        inputs: [{ shape }],
        run: (x) => index(x!, [null, -1]),
        reference: ([, , , , , a, , , , , , b, , , , , , c]) => [[a!, b!, c!]],
      },
    ],
    errors: [
      {
        name: "too many",
        inputs: [{ shape: [2] }],
        run: (x) => index(x!, [0, 0]),
        error: "ShapeError",
        says: ["[index]", "rank 1", "2 coordinates"],
      },
    ],
  },
];
