import type { OpCase, OpCases } from "../cases.js";
import { argsort } from "./argsort.js";
import { cumsum } from "./cumsum.js";
import { mapAlong } from "./naive.js";
import { sort } from "./sort.js";
import { topk } from "./topk.js";

/** Positions in sorted order: stable, NaN last (first when descending). */
function order(row: readonly number[], descending: boolean): number[] {
  const rank = (x: number) => (Number.isNaN(x) ? Infinity : x);
  const before = (i: number, j: number) => {
    const [a, b] = [row[i]!, row[j]!];
    if (Number.isNaN(a) !== Number.isNaN(b)) return Number.isNaN(a) ? 1 : -1;
    return rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0;
  };
  return row.map((_, i) => i).sort((i, j) => (descending ? before(j, i) : before(i, j)) || i - j);
}

const ties = [2, 1, 2, 1, 3, 1];
const special = [Number.NaN, 1, Infinity, -Infinity, Number.NaN, 0, -1];

interface Sorted {
  readonly name: string;
  readonly input: OpCase["inputs"][number];
  readonly axis: number;
  readonly descending?: boolean;
  readonly noGradient?: string;
}

const sorted: readonly Sorted[] = [
  { name: "last axis", input: { shape: [3, 7] }, axis: -1 },
  { name: "last axis, descending", input: { shape: [3, 7] }, axis: -1, descending: true },
  { name: "first axis", input: { shape: [5, 2] }, axis: 0 },
  { name: "middle axis", input: { shape: [2, 5, 2] }, axis: 1 },
  { name: "a power of two", input: { shape: [16] }, axis: 0 },
  { name: "ties keep their order", input: { shape: [6], values: ties }, axis: 0, noGradient: "ties are kinks" },
  {
    name: "descending, ties keep their order",
    input: { shape: [6], values: ties },
    axis: 0,
    descending: true,
    noGradient: "ties are kinks",
  },
  { name: "NaN and infinities", input: { shape: [7], values: special }, axis: 0, noGradient: "NaN" },
  {
    name: "NaN and infinities, descending",
    input: { shape: [7], values: special },
    axis: 0,
    descending: true,
    noGradient: "NaN",
  },
  { name: "one element", input: { shape: [2, 1] }, axis: 1 },
  { name: "i32", input: { shape: [2, 5], dtype: "i32", range: [-3, 4] }, axis: 1 },
];

function references({ input, axis, descending = false }: Sorted) {
  const at = axis < 0 ? axis + input.shape.length : axis;
  return {
    indices: mapAlong((row) => order(row, descending), input.shape, at),
    values: mapAlong((row) => order(row, descending).map((i) => row[i]!), input.shape, at),
  };
}

/** Scans and sorting. */
export const scanCases: readonly OpCases[] = [
  {
    op: "cumsum",
    cases: [
      ...(
        [
          ["first axis", [4, 3], 0],
          ["last axis", [2, 3, 5], -1],
          ["middle axis", [2, 7, 2], 1],
          ["one element", [1], 0],
          ["a power of two", [16], 0],
        ] as const
      ).map(([name, shape, axis]) => ({
        name,
        inputs: [{ shape }],
        run: (x: Parameters<typeof cumsum>[0]) => cumsum(x, axis),
        reference: (x: readonly number[]) => {
          const at = axis < 0 ? axis + shape.length : axis;
          return [mapAlong((row) => row.map((_, i) => row.slice(0, i + 1).reduce((a, b) => a + b)), shape, at)(x)];
        },
      })),
      {
        name: "i32",
        inputs: [{ shape: [5], dtype: "i32", values: [3, -1, 4, 1, -5] }],
        run: (x) => cumsum(x!, 0),
        reference: () => [[3, 2, 6, 7, 2]],
      },
      { name: "empty", inputs: [{ shape: [0, 2] }], run: (x) => cumsum(x!, 0) },
    ],
    errors: [
      {
        name: "bool",
        inputs: [{ shape: [2], dtype: "bool" }],
        run: (x) => cumsum(x!, 0),
        error: "DTypeError",
        says: ["[cumsum]", "bool [2]", 'x.cast("i32")'],
      },
      {
        name: "an axis that does not exist",
        inputs: [{ shape: [2] }],
        run: (x) => cumsum(x!, 1),
        error: "ShapeError",
        says: ["[cumsum]", "axis"],
      },
    ],
  },
  {
    op: "sort",
    cases: [
      ...sorted.map((entry): OpCase => {
        const { name, input, axis, descending, noGradient } = entry;
        const reference = references(entry);
        return {
          name,
          inputs: [input],
          run: (x) => {
            const { values, indices } = sort(x!, axis, { descending: descending === true });
            return [values, indices];
          },
          reference: (x) => [reference.values(x), reference.indices(x)],
          ...(noGradient && { noGradient }),
        };
      }),
      { name: "empty", inputs: [{ shape: [2, 0] }], run: (x) => sort(x!).values },
    ],
  },
  {
    op: "argsort",
    cases: sorted.map(
      (entry): OpCase => ({
        name: entry.name,
        inputs: [entry.input],
        run: (x) => argsort(x!, entry.axis, { descending: entry.descending === true }),
        reference: (x) => [references(entry).indices(x)],
      }),
    ),
    errors: [
      {
        name: "an axis that does not exist",
        inputs: [{ shape: [2] }],
        run: (x) => argsort(x!, 1),
        error: "ShapeError",
        says: ["[argsort]", "axis"],
      },
    ],
  },
  {
    op: "topk",
    cases: (
      [
        ["largest 3", [4, 7], 3, -1, true],
        ["smallest 2", [4, 7], 2, -1, false],
        ["first axis", [5, 2], 2, 0, true],
        ["all", [3, 4], 4, 1, true],
        ["none", [3, 4], 0, 1, true],
      ] as const
    ).map(([name, shape, k, axis, largest]): OpCase => {
      const at = axis < 0 ? axis + shape.length : axis;
      const first = (row: number[]) => order(row, largest).slice(0, k);
      return {
        name,
        inputs: [{ shape }],
        run: (x) => {
          const { values, indices } = topk(x!, k, axis, { largest });
          return [values, indices];
        },
        reference: (x) => [
          mapAlong((row) => first(row).map((i) => row[i]!), shape, at)(x),
          mapAlong(first, shape, at)(x),
        ],
      };
    }),
    errors: [
      {
        name: "k is too large",
        inputs: [{ shape: [2, 3] }],
        run: (x) => topk(x!, 4),
        error: "ShapeError",
        says: ["[topk]", "f32 [2, 3]", "size 3", "from 0 to 3"],
      },
    ],
  },
];
