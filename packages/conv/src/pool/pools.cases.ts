import type { Tensor } from "@nn/tensor";
import type { CaseInput, OpCase, OpCases } from "@nn/tensor/cases";
import { adaptiveAvgPool1d } from "./adaptive-avg-pool1d.js";
import { adaptiveAvgPool3d } from "./adaptive-avg-pool3d.js";
import { adaptiveMaxPool1d } from "./adaptive-max-pool1d.js";
import { adaptiveMaxPool2d } from "./adaptive-max-pool2d.js";
import { adaptiveMaxPool3d } from "./adaptive-max-pool3d.js";
import { avgPool1d } from "./avg-pool1d.js";
import { avgPool3d } from "./avg-pool3d.js";
import { GlobalAvgPool3d, GlobalMaxPool2d } from "./global-pool.js";
import { lpPool1d } from "./lp-pool1d.js";
import { lpPool2d } from "./lp-pool2d.js";
import { maxPool1d } from "./max-pool1d.js";
import { maxPool2dWithIndices } from "./max-pool2d-with-indices.js";
import { maxPool3d } from "./max-pool3d.js";
import { maxUnpool2d } from "./max-unpool2d.js";
import { sizeOf } from "./pool2d-geometry.cases.js";

type Numbers = readonly number[];

/** A pool over the axes of x behind batch and channels; `after` is the padding at the end, where ceil mode adds some. */
interface Pool {
  readonly name: string;
  readonly x: Numbers;
  readonly kernelSize: Numbers;
  readonly stride?: Numbers;
  readonly padding?: Numbers;
  readonly after?: Numbers;
  readonly dilation?: Numbers;
}

// biome-ignore format: a table
const sequences: readonly Pool[] = [
  { name: "side by side", x: [2, 3, 6], kernelSize: [2] },
  { name: "overlapping, padding", x: [1, 2, 7], kernelSize: [3], stride: [2], padding: [1] },
  { name: "ceil mode", x: [1, 2, 7], kernelSize: [3], stride: [2], padding: [0], after: [0] },
  { name: "ceil mode keeps a rest", x: [1, 2, 8], kernelSize: [3], stride: [2], padding: [0], after: [1] },
  { name: "no sequences", x: [0, 2, 6], kernelSize: [2] },
];
// biome-ignore format: a table
const volumes: readonly Pool[] = [
  { name: "side by side", x: [1, 2, 4, 2, 4], kernelSize: [2, 2, 2] },
  { name: "overlapping, padding", x: [1, 2, 3, 4, 5], kernelSize: [3, 2, 3], stride: [2, 1, 2], padding: [1, 0, 1] },
  { name: "ceil mode keeps a rest", x: [1, 1, 3, 5, 4], kernelSize: [2, 2, 2], after: [1, 1, 0] },
  { name: "one plane at a time", x: [1, 1, 3, 4, 4], kernelSize: [1, 2, 2] },
];
const dilated: Pool = {
  name: "dilation",
  x: [1, 1, 5, 4, 5],
  kernelSize: [2, 2, 2],
  stride: [1, 1, 1],
  dilation: [3, 2, 2],
};

function coordinates(i: number, shape: Numbers): number[] {
  return shape.map((size, axis) => Math.floor(i / sizeOf(shape.slice(axis + 1))) % size);
}

function outputOf(pool: Pool): number[] {
  const { x, kernelSize, stride = kernelSize, padding, after = padding, dilation } = pool;
  const sizes = kernelSize.map((size, i) => {
    const padded = x[2 + i] + (padding?.[i] ?? 0) + (after?.[i] ?? 0);
    return Math.floor((padded - (dilation?.[i] ?? 1) * (size - 1) - 1) / stride[i]) + 1;
  });
  return [x[0], x[1], ...sizes];
}

/** The flat places in x of each window's elements, row by row, and how many of its elements padding may count for. */
function windowsOf(pool: Pool): { readonly places: number[]; readonly counted: number }[] {
  const { x, kernelSize, stride = kernelSize, padding, dilation } = pool;
  const output = outputOf(pool);
  return Array.from({ length: sizeOf(output) }, (_, i) => {
    const [image, channel, ...window] = coordinates(i, output);
    const places: number[] = [];
    let counted = 0;
    for (let k = 0; k < sizeOf(kernelSize); k++) {
      const element = coordinates(k, kernelSize);
      const at = window.map((w, a) => w * stride[a] + element[a] * (dilation?.[a] ?? 1) - (padding?.[a] ?? 0));
      if (at.every((c, a) => c < x[2 + a] + (padding?.[a] ?? 0))) counted++;
      if (at.some((c, a) => c < 0 || c >= x[2 + a])) continue;
      places.push([image, channel, ...at].reduce((sum, c, a) => sum * x[a] + c, 0));
    }
    return { places, counted };
  });
}

/** Values that lie apart, so that a small step never changes which one is the largest. */
function distinct(shape: Numbers): CaseInput {
  const size = sizeOf(shape);
  // 7919 is prime: its multiples modulo the size visit every number once unless the size is a multiple of it.
  return { shape, values: Array.from({ length: size }, (_, i) => (((i * 7919 + 3) % size) - size / 2) / 8) };
}

const sum = (values: Numbers) => values.reduce((total, value) => total + value, 0);
const largest = (values: Numbers) => Math.max(...values);

function options<T>({ kernelSize, stride, padding, after, dilation }: Pool, convert: (n: Numbers) => T) {
  const given = (numbers: Numbers | undefined) => (numbers === undefined ? undefined : convert(numbers));
  return {
    kernelSize: convert(kernelSize),
    stride: given(stride),
    padding: given(padding),
    dilation: given(dilation),
    ceilMode: after !== undefined,
  };
}
const first = ([a]: Numbers) => a;
const triple = ([a, b, c]: Numbers) => [a, b, c] as const;
const pair = ([a, b]: Numbers) => [a, b] as const;

function maxCase(pool: Pool, run: (x: Tensor) => Tensor): OpCase {
  return {
    name: pool.name,
    inputs: [distinct(pool.x)],
    run,
    reference: (a) => [windowsOf(pool).map(({ places }) => largest(places.map((place) => a[place])))],
  };
}

function avgCase(pool: Pool, run: (x: Tensor) => Tensor, divisor?: number): OpCase {
  return {
    name: divisor === undefined ? pool.name : `${pool.name}; divisor ${divisor}`,
    inputs: [{ shape: pool.x }],
    run,
    reference: (a) => [
      windowsOf(pool).map(({ places, counted }) => sum(places.map((place) => a[place])) / (divisor ?? counted)),
    ],
  };
}

function adaptiveCase(
  name: string,
  x: Numbers,
  size: Numbers,
  of: (values: Numbers) => number,
  run: (x: Tensor) => Tensor,
): OpCase {
  const output = [x[0], x[1], ...size];
  return {
    name,
    inputs: [distinct(x)],
    run,
    reference: (a) => [
      Array.from({ length: sizeOf(output) }, (_, i) => {
        const [image, channel, ...window] = coordinates(i, output);
        const inside = a.filter((_, place) => {
          const [n, c, ...at] = coordinates(place, x);
          const covers = at.every(
            (p, axis) =>
              p >= Math.floor((window[axis] * x[2 + axis]) / size[axis]) &&
              p < Math.ceil(((window[axis] + 1) * x[2 + axis]) / size[axis]),
          );
          return n === image && c === channel && covers;
        });
        return of(inside);
      }),
    ],
  };
}

const mean = (values: Numbers) => sum(values) / values.length;

/** Cases of the pools that are made of `maxPool2d` and `avgPool2d`. */
export const poolCases: readonly OpCases[] = [
  {
    op: "maxPool1d",
    cases: sequences.map((pool) => maxCase(pool, (x) => maxPool1d(x, options(pool, first)))),
    errors: [
      {
        name: "an image",
        inputs: [{ shape: [1, 2, 3, 4] }],
        run: (x) => maxPool1d(x, { kernelSize: 2 }),
        error: "ShapeError",
        says: ["[maxPool1d]", "n c l, got 4 dimensions"],
      },
      {
        name: "kernel larger than the input",
        inputs: [{ shape: [1, 2, 3] }],
        run: (x) => maxPool1d(x, { kernelSize: 4 }),
        error: "ShapeError",
        says: ["padded l of at least 4, got 3"],
      },
      {
        name: "options",
        inputs: [{ shape: [1, 2, 8] }],
        run: (x) => maxPool1d(x, { kernelSize: 3, stride: 0, padding: 2, dilation: 0.5 }),
        error: "DataError",
        says: ["stride an integer of 1 or more; got 0", "at most half of kernelSize, 1; got 2", "dilation"],
      },
    ],
  },
  {
    op: "avgPool1d",
    cases: sequences.map((pool) => avgCase(pool, (x) => avgPool1d(x, options(pool, first)))),
    errors: [
      {
        name: "integers",
        inputs: [{ shape: [1, 2, 8], dtype: "i32" }],
        run: (x) => avgPool1d(x, { kernelSize: 2 }),
        error: "DTypeError",
        says: ["[avgPool1d]", "f32 or f64, got i32"],
      },
    ],
  },
  {
    op: "maxPool3d",
    cases: [...volumes, dilated].map((pool) => maxCase(pool, (x) => maxPool3d(x, options(pool, triple)))),
    errors: [
      {
        name: "depth smaller than the kernel",
        inputs: [{ shape: [1, 2, 1, 4, 4] }],
        run: (x) => maxPool3d(x, { kernelSize: 2 }),
        error: "ShapeError",
        says: ["[maxPool3d]", "padded d of at least 2, got 1"],
      },
      {
        name: "options",
        inputs: [{ shape: [1, 2, 4, 4, 4] }],
        run: (x) => maxPool3d(x, { kernelSize: [2, 2, 0], padding: [0, 2, 0] }),
        error: "DataError",
        says: ["or three of them; got [2, 2, 0]", "at most half of kernelSize, [1, 1, 0]; got [0, 2, 0]"],
      },
    ],
  },
  {
    op: "avgPool3d",
    cases: [
      ...volumes.map((pool) => avgCase(pool, (x) => avgPool3d(x, options(pool, triple)))),
      avgCase(volumes[1], (x) => avgPool3d(x, { ...options(volumes[1], triple), divisorOverride: 5 }), 5),
    ],
    errors: [
      {
        name: "a divisor of 0",
        inputs: [{ shape: [1, 2, 4, 4, 4] }],
        run: (x) => avgPool3d(x, { kernelSize: 2, divisorOverride: 0 }),
        error: "DataError",
        says: ["[avgPool3d]", "divisorOverride a number other than 0; got 0"],
      },
    ],
  },
  {
    op: "adaptiveAvgPool1d",
    cases: [
      adaptiveCase("windows overlap", [1, 2, 7], [4], mean, (x) => adaptiveAvgPool1d(x, 4)),
      adaptiveCase("sizes divide", [2, 2, 6], [3], mean, (x) => adaptiveAvgPool1d(x, 3)),
    ],
  },
  {
    op: "adaptiveMaxPool1d",
    cases: [
      adaptiveCase("windows overlap", [1, 2, 7], [4], largest, (x) => adaptiveMaxPool1d(x, 4)),
      adaptiveCase("to a larger length", [1, 2, 3], [5], largest, (x) => adaptiveMaxPool1d(x, 5)),
    ],
    errors: [
      {
        name: "nothing to choose from",
        inputs: [{ shape: [1, 2, 0] }],
        run: (x) => adaptiveMaxPool1d(x, 2),
        error: "ShapeError",
        says: ["the sequence is empty", "l of at least 1, got 0"],
      },
    ],
  },
  {
    op: "adaptiveMaxPool2d",
    cases: [
      adaptiveCase("to one", [2, 2, 3, 4], [1, 1], largest, (x) => adaptiveMaxPool2d(x, 1)),
      adaptiveCase("sizes divide", [1, 2, 6, 4], [3, 2], largest, (x) => adaptiveMaxPool2d(x, [3, 2])),
      adaptiveCase("windows overlap", [1, 2, 5, 7], [3, 4], largest, (x) => adaptiveMaxPool2d(x, [3, 4])),
    ],
    errors: [
      {
        name: "a size of 0",
        inputs: [{ shape: [1, 2, 3, 3] }],
        run: (x) => adaptiveMaxPool2d(x, [0, 1]),
        error: "DataError",
        says: ["[adaptiveMaxPool2d]", "outputSize an integer of 1 or more", "got [0, 1]"],
      },
    ],
  },
  {
    op: "adaptiveAvgPool3d",
    cases: [adaptiveCase("windows overlap", [1, 2, 5, 3, 2], [3, 2, 2], mean, (x) => adaptiveAvgPool3d(x, [3, 2, 2]))],
    errors: [
      {
        name: "a size of 0",
        inputs: [{ shape: [1, 2, 3, 3, 3] }],
        run: (x) => adaptiveAvgPool3d(x, [0, 1, 1]),
        error: "DataError",
        says: ["[adaptiveAvgPool3d]", "outputSize an integer of 1 or more, or three of them", "got [0, 1, 1]"],
      },
    ],
  },
  {
    op: "adaptiveMaxPool3d",
    cases: [
      adaptiveCase("windows overlap", [1, 2, 5, 3, 2], [3, 2, 2], largest, (x) => adaptiveMaxPool3d(x, [3, 2, 2])),
    ],
    errors: [
      {
        name: "an image",
        inputs: [{ shape: [1, 2, 3, 3] }],
        run: (x) => adaptiveMaxPool3d(x, 1),
        error: "ShapeError",
        says: ["[adaptiveMaxPool3d]", "n c d h w, got 4 dimensions"],
      },
    ],
  },
  {
    op: "globalPool",
    cases: [
      adaptiveCase("the largest of an image", [2, 2, 3, 4], [1, 1], largest, (x) => new GlobalMaxPool2d().forward(x)),
      adaptiveCase("the mean of a volume", [1, 2, 2, 3, 2], [1, 1, 1], mean, (x) => new GlobalAvgPool3d().forward(x)),
    ],
    errors: [
      {
        name: "a sequence",
        inputs: [{ shape: [1, 2, 3] }],
        run: (x) => new GlobalMaxPool2d().forward(x),
        error: "ShapeError",
        says: ["[GlobalMaxPool2d]", "n c h w, got 3 dimensions"],
      },
    ],
  },
  {
    op: "lpPool1d",
    cases: [lpCase(sequences[0], 3, (x) => lpPool1d(x, { normType: 3, ...options(sequences[0], first) }))],
  },
  {
    op: "lpPool2d",
    cases: [1, 2, 3].map((p) => {
      const pool: Pool = { name: `p = ${p}`, x: [1, 2, 4, 5], kernelSize: [2, 3], stride: [2, 1] };
      return lpCase(pool, p, (x) => lpPool2d(x, { normType: p, ...options(pool, pair) }));
    }),
    errors: [
      {
        name: "a p of 0",
        inputs: [{ shape: [1, 2, 3, 3] }],
        run: (x) => lpPool2d(x, { normType: 0, kernelSize: 2 }),
        error: "DataError",
        says: ["[lpPool2d]", "normType a number above 0; got 0"],
      },
    ],
  },
  unpoolCases(),
];

function lpCase(pool: Pool, p: number, run: (x: Tensor) => Tensor): OpCase {
  return {
    name: pool.name,
    inputs: [{ shape: pool.x, range: [0.2, 2] }],
    run,
    reference: (a) => [windowsOf(pool).map(({ places }) => sum(places.map((at) => a[at] ** p)) ** (1 / p))],
  };
}

function unpoolCases(): OpCases {
  const pool: Pool = { name: "", x: [1, 2, 4, 5], kernelSize: [2, 2], stride: [2, 2], padding: [0, 1] };
  const inChannel = (place: number) => place % (pool.x[2] * pool.x[3]);
  const winners = (a: Numbers) =>
    windowsOf(pool).map(({ places }) => places.reduce((best, place) => (a[place] > a[best] ? place : best)));
  const indices = [5, 0, 7, 2, 3, 1, 4, 11];
  return {
    op: "maxUnpool2d",
    cases: [
      {
        name: "where the maxima are",
        inputs: [distinct(pool.x)],
        run: (x) => {
          const { values, indices } = maxPool2dWithIndices(x, options(pool, pair));
          return [values, indices];
        },
        reference: (a) => [winners(a).map((place) => a[place]), winners(a).map(inChannel)],
      },
      {
        name: "and back",
        inputs: [distinct(pool.x)],
        run: (x) => {
          const { values, indices } = maxPool2dWithIndices(x, options(pool, pair));
          return maxUnpool2d(values, indices, { ...options(pool, pair), outputSize: [4, 5] });
        },
        reference: (a) => [a.map((value, place) => (winners(a).includes(place) ? value : 0))],
      },
      {
        name: "indices as given",
        inputs: [{ shape: [1, 2, 2, 2] }, { shape: [1, 2, 2, 2], dtype: "i32", values: indices }],
        run: (x, places) => maxUnpool2d(x, places, { kernelSize: [2, 2], stride: [2, 1] }),
        reference: (a) => {
          const y = new Array<number>(24).fill(0);
          indices.forEach((place, i) => (y[Math.floor(i / 4) * 12 + place] = a[i]));
          return [y];
        },
      },
      {
        name: "no images",
        inputs: [{ shape: [0, 2, 2, 2] }, { shape: [0, 2, 2, 2], dtype: "i32", values: [] }],
        run: (x, places) => maxUnpool2d(x, places, { kernelSize: 2 }),
      },
    ],
    errors: [
      {
        name: "indices of another shape",
        inputs: [{ shape: [1, 2, 2, 2] }, { shape: [1, 2, 2, 3], dtype: "i32" }],
        run: (x, places) => maxUnpool2d(x, places, { kernelSize: 2 }),
        error: "ShapeError",
        says: ["[maxUnpool2d]", "indices i32 [1, 2, 2, 2], got i32 [1, 2, 2, 3]"],
      },
      {
        name: "indices that are no integers",
        inputs: [{ shape: [1, 2, 2, 2] }, { shape: [1, 2, 2, 2] }],
        run: (x, places) => maxUnpool2d(x, places, { kernelSize: 2 }),
        error: "DTypeError",
        says: ["got f32 [1, 2, 2, 2]"],
      },
      {
        name: "a size that no such pool could have had",
        inputs: [{ shape: [1, 2, 2, 2] }, { shape: [1, 2, 2, 2], dtype: "i32" }],
        run: (x, places) => maxUnpool2d(x, places, { kernelSize: 2, outputSize: [4, 6] }),
        error: "DataError",
        says: ["outputSize less than the stride from [4, 4]; got [4, 6]"],
      },
    ],
  };
}
