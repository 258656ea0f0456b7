import type { CaseInput, OpCase, OpCases } from "@nn/tensor/cases";
import { fold } from "./fold.js";
import { type InterpolateOptions, interpolate } from "./interpolate.js";
import { pixelShuffle } from "./pixel-shuffle.js";
import { pixelUnshuffle } from "./pixel-unshuffle.js";
import { type UnfoldOptions, unfold } from "./unfold.js";
import { Upsample } from "./upsample.js";

type Numbers = readonly number[];

const sizeOf = (shape: Numbers) => shape.reduce((size, d) => size * d, 1);
const place = (at: Numbers, shape: Numbers) => at.reduce((sum, c, i) => sum * shape[i] + c, 0);
function coordinates(i: number, shape: Numbers): number[] {
  return shape.map((size, axis) => Math.floor(i / sizeOf(shape.slice(axis + 1))) % size);
}
const build = (shape: Numbers, value: (at: number[]) => number) =>
  Array.from({ length: sizeOf(shape) }, (_, i) => value(coordinates(i, shape)));

/** Elements of one axis and their weights, for the result's element i. */
type Taps = (i: number, size: number, outputSize: number) => readonly (readonly [at: number, weight: number])[];

const hat = (d: number) => Math.max(0, 1 - Math.abs(d));
/** Keys' cubic, a = -0.75. */
function cubic(distance: number): number {
  const d = Math.abs(distance);
  if (d <= 1) return 1.25 * d ** 3 - 2.25 * d ** 2 + 1;
  return d < 2 ? -0.75 * (d ** 3 - 5 * d ** 2 + 8 * d - 4) : 0;
}
const centered = (i: number, size: number, outputSize: number) => ((i + 0.5) * size) / outputSize - 0.5;
const aligned = (i: number, size: number, outputSize: number) =>
  outputSize > 1 ? (i * (size - 1)) / (outputSize - 1) : 0;
const clip = (at: number, size: number) => Math.min(Math.max(at, 0), size - 1);

const linear =
  (source: typeof centered): Taps =>
  (i, size, outputSize) => {
    const at = clip(source(i, size, outputSize), size);
    return Array.from({ length: size }, (_, j) => [j, hat(at - j)] as const);
  };
const bicubic =
  (source: typeof centered): Taps =>
  (i, size, outputSize) => {
    const at = source(i, size, outputSize);
    const all = Array.from({ length: size + 8 }, (_, j) => j - 4);
    return all.map((j) => [clip(j, size), cubic(at - j)] as const);
  };
const nearest: Taps = (i, size, outputSize) => [[Math.floor((i * size) / outputSize), 1]];
const exact: Taps = (i, size, outputSize) => [[Math.floor(((i + 0.5) * size) / outputSize), 1]];
const area: Taps = (i, size, outputSize) => {
  const [start, end] = [Math.floor((i * size) / outputSize), Math.ceil(((i + 1) * size) / outputSize)];
  return Array.from({ length: end - start }, (_, j) => [start + j, 1 / (end - start)] as const);
};

function resized(x: Numbers, shape: Numbers, sizes: Numbers, taps: Taps): number[] {
  return build([shape[0], shape[1], ...sizes], ([n, c, ...at]) => {
    const lists = at.map((i, axis) => taps(i, shape[2 + axis], sizes[axis]));
    const sum = (chosen: readonly number[], weight: number): number => {
      if (chosen.length === at.length) return weight * x[place([n, c, ...chosen], shape)];
      return lists[chosen.length].reduce((total, [j, w]) => total + (w === 0 ? 0 : sum([...chosen, j], weight * w)), 0);
    };
    return sum([], 1);
  });
}

function resizeCase(name: string, shape: Numbers, sizes: Numbers, taps: Taps, options: InterpolateOptions): OpCase {
  return {
    name,
    inputs: [{ shape }],
    run: (x) => interpolate(x, options),
    reference: (x) => [resized(x, shape, sizes, taps)],
  };
}

// biome-ignore format: a table
const interpolateCases: OpCases = {
  op: "interpolate",
  cases: [
    resizeCase("nearest, twice", [2, 2, 2, 3], [4, 6], nearest, { scaleFactor: 2 }),
    resizeCase("nearest, to a size", [1, 2, 3, 4], [5, 7], nearest, { size: [5, 7] }),
    resizeCase("nearest, half", [1, 2, 4, 6], [2, 3], nearest, { size: [2, 3] }),
    resizeCase("nearest, one axis", [1, 1, 3, 4], [3, 8], nearest, { scaleFactor: [1, 2] }),
    resizeCase("nearest of sequences", [2, 2, 5], [7], nearest, { size: 7 }),
    resizeCase("nearest of volumes", [1, 1, 2, 2, 3], [4, 2, 6], nearest, { scaleFactor: [2, 1, 2] }),
    resizeCase("nearest-exact, smaller", [1, 1, 6, 7], [2, 3], exact, { size: [2, 3], mode: "nearest-exact" }),
    resizeCase("linear", [2, 2, 4], [7], linear(centered), { size: 7, mode: "linear" }),
    resizeCase("linear, aligned", [1, 2, 4], [6], linear(aligned), { size: 6, mode: "linear", alignCorners: true }),
    resizeCase("bilinear, twice", [2, 2, 3, 2], [6, 4], linear(centered), { scaleFactor: 2, mode: "bilinear" }),
    resizeCase("bilinear, smaller", [1, 2, 5, 6], [3, 4], linear(centered), { size: [3, 4], mode: "bilinear" }),
    resizeCase("bilinear, aligned", [1, 1, 3, 3], [5, 4], linear(aligned), { size: [5, 4], mode: "bilinear", alignCorners: true }),
    resizeCase("bilinear, aligned, to one", [1, 1, 3, 3], [1, 1], linear(aligned), { size: 1, mode: "bilinear", alignCorners: true }),
    resizeCase("bicubic, twice", [1, 2, 3, 4], [6, 8], bicubic(centered), { scaleFactor: 2, mode: "bicubic" }),
    resizeCase("bicubic, aligned", [1, 1, 4, 3], [6, 7], bicubic(aligned), { size: [6, 7], mode: "bicubic", alignCorners: true }),
    resizeCase("trilinear", [1, 1, 2, 3, 2], [3, 3, 4], linear(centered), { size: [3, 3, 4], mode: "trilinear" }),
    resizeCase("area", [1, 2, 5, 6], [3, 4], area, { size: [3, 4], mode: "area" }),
    resizeCase("area, sizes divide", [1, 2, 4, 6], [2, 2], area, { size: [2, 2], mode: "area" }),
    resizeCase("area, a sequence", [2, 2, 6], [3], area, { size: 3, mode: "area" }),
    resizeCase("area, a volume", [1, 2, 2, 4, 3], [1, 2, 3], area, { size: [1, 2, 3], mode: "area" }),
    { name: "bilinear, antialiased", inputs: [{ shape: [1, 2, 7, 6] }], run: (x) => interpolate(x, { size: [3, 8], mode: "bilinear", antialias: true }) },
    { name: "bicubic, antialiased", inputs: [{ shape: [1, 2, 7, 6] }], run: (x) => interpolate(x, { size: [3, 8], mode: "bicubic", antialias: true }) },
    resizeCase("no images", [0, 2, 3, 4], [6, 8], bicubic(centered), { scaleFactor: 2, mode: "bicubic" }),
  ],
  errors: [
    { name: "a sequence", inputs: [{ shape: [1, 2, 3] }], run: (x) => interpolate(x, { size: 2, mode: "bilinear" }), error: "ShapeError", says: ["[interpolate]", "n c h w, got 3 dimensions"] },
    { name: "no size", inputs: [{ shape: [1, 2, 3, 3] }], run: (x) => interpolate(x, {}), error: "DataError", says: ["size or scaleFactor, one of the two"] },
    { name: "a size for another rank", inputs: [{ shape: [1, 2, 3, 3] }], run: (x) => interpolate(x, { size: [4] }), error: "DataError", says: ["size one number for each of h, w", "got [4]"] },
    { name: "nothing left", inputs: [{ shape: [1, 2, 3, 3] }], run: (x) => interpolate(x, { scaleFactor: 0.2 }), error: "DataError", says: ["scaleFactor one number for each of h, w, that leaves 1 element or more"] },
    { name: "an empty image", inputs: [{ shape: [1, 2, 0, 3] }], run: (x) => interpolate(x, { size: 2 }), error: "ShapeError", says: ["the image is empty"] },
    { name: "options of a layer", inputs: [], run: () => new Upsample({ scaleFactor: -1, alignCorners: true }), error: "DataError", says: ["[Upsample]", "scaleFactor of numbers above 0; got -1", 'alignCorners false in mode "nearest"'] },
    { name: "antialias in another mode", inputs: [{ shape: [1, 2, 4] }], run: (x) => interpolate(x, { size: 2, mode: "linear", antialias: true }), error: "DataError", says: ['antialias false in mode "linear"'] },
    { name: "a mode that does not exist", inputs: [{ shape: [1, 2, 3, 3] }], run: (x) => interpolate(x, { size: 2, mode: "cubic" as "bicubic" }), error: "DataError", says: ["mode one of nearest, nearest-exact, area", 'got "cubic"'] },
  ],
};

/** `[row of the unfolded, place in x]` of each element of each window; those in the padding are left out. */
function pairsOf(
  shape: Numbers,
  options: UnfoldOptions,
): { readonly pairs: [number, number][]; readonly out: Numbers } {
  const both = (value: UnfoldOptions["kernelSize"] = 1) => (typeof value === "number" ? [value, value] : value);
  const [kernel, stride, dilation] = [both(options.kernelSize), both(options.stride), both(options.dilation)];
  const padding = both(options.padding ?? 0);
  const counts = [0, 1].map(
    (i) => Math.floor((shape[2 + i] + 2 * padding[i] - dilation[i] * (kernel[i] - 1) - 1) / stride[i]) + 1,
  );
  const out = [shape[0], shape[1] * kernel[0] * kernel[1], counts[0] * counts[1]];
  const pairs: [number, number][] = [];
  for (let i = 0; i < sizeOf(out); i++) {
    const [n, c, ky, kx, oy, ox] = coordinates(i, [shape[0], shape[1], kernel[0], kernel[1], counts[0], counts[1]]);
    const y = oy * stride[0] + ky * dilation[0] - padding[0];
    const x = ox * stride[1] + kx * dilation[1] - padding[1];
    if (y >= 0 && y < shape[2] && x >= 0 && x < shape[3]) pairs.push([i, place([n, c, y, x], shape)]);
  }
  return { pairs, out };
}

const windows: readonly (readonly [name: string, shape: Numbers, options: UnfoldOptions])[] = [
  ["2×3", [2, 2, 3, 4], { kernelSize: [2, 3] }],
  ["stride 2, padding 1", [1, 2, 5, 4], { kernelSize: 3, stride: 2, padding: 1 }],
  ["dilation, uneven", [1, 1, 6, 7], { kernelSize: [2, 3], dilation: [3, 2], stride: [1, 2], padding: [0, 2] }],
  ["no images", [0, 2, 3, 4], { kernelSize: 2 }],
];

/** Cases of what changes the size of sequences, images and volumes. */
export const resampleCases: readonly OpCases[] = [
  interpolateCases,
  {
    op: "unfold2d",
    cases: windows.map(([name, shape, options]) => ({
      name,
      inputs: [{ shape }],
      run: (x) => unfold(x, options),
      reference: (x) => {
        const { pairs, out } = pairsOf(shape, options);
        const y = new Array<number>(sizeOf(out)).fill(0);
        for (const [row, at] of pairs) y[row] = x[at];
        return [y];
      },
    })),
    errors: [
      {
        name: "kernel larger than the image",
        inputs: [{ shape: [1, 2, 3, 3] }],
        run: (x) => unfold(x, { kernelSize: [2, 4] }),
        error: "ShapeError",
        says: ["[unfold]", "larger than the padded input", "2 × 0"],
      },
    ],
  },
  {
    op: "fold2d",
    cases: windows.map(([name, shape, options]) => {
      const { pairs, out } = pairsOf(shape, options);
      return {
        name,
        inputs: [{ shape: out }],
        run: (x) => fold(x, { ...options, outputSize: [shape[2], shape[3]] }),
        reference: (x) => {
          const y = new Array<number>(sizeOf(shape)).fill(0);
          for (const [row, at] of pairs) y[at] += x[row];
          return [y];
        },
      };
    }),
    errors: [
      {
        name: "windows of another image",
        inputs: [{ shape: [1, 9, 4] }],
        run: (x) => fold(x, { kernelSize: 2, outputSize: 3 }),
        error: "ShapeError",
        says: ["[fold]", "a multiple of 4 and 4 windows, got 9 and 4"],
      },
      {
        name: "options",
        inputs: [{ shape: [1, 8, 4] }],
        run: (x) => fold(x, { kernelSize: 2, outputSize: [3, 2], dilation: 0 }),
        error: "DataError",
        says: ["dilation an integer of 1 or more"],
      },
    ],
  },
  {
    op: "pixelShuffle",
    cases: [
      {
        name: "factor 3",
        inputs: [{ shape: [2, 18, 2, 1] }],
        run: (x) => pixelShuffle(x, 3),
        reference: (x) => [
          build(
            [2, 2, 6, 3],
            ([n, c, h, w]) =>
              x[place([n, c * 9 + (h % 3) * 3 + (w % 3), Math.floor(h / 3), Math.floor(w / 3)], [2, 18, 2, 1])],
          ),
        ],
      },
    ],
    errors: [
      {
        name: "channels",
        inputs: [{ shape: [1, 6, 2, 2] }],
        run: (x) => pixelShuffle(x, 2),
        error: "ShapeError",
        says: ["[pixelShuffle]", "c a multiple of 4, got 6"],
      },
    ],
  },
  {
    op: "pixelUnshuffle",
    cases: [
      {
        name: "factor 2",
        inputs: [{ shape: [2, 2, 4, 6] } satisfies CaseInput],
        run: (x) => pixelUnshuffle(x, 2),
        reference: (x) => [
          build(
            [2, 8, 2, 3],
            ([n, c, h, w]) =>
              x[place([n, Math.floor(c / 4), h * 2 + (Math.floor(c / 2) % 2), w * 2 + (c % 2)], [2, 2, 4, 6])],
          ),
        ],
      },
    ],
    errors: [
      {
        name: "sizes",
        inputs: [{ shape: [1, 2, 4, 5] }],
        run: (x) => pixelUnshuffle(x, 2),
        error: "ShapeError",
        says: ["h and w multiples of 2, got 4 and 5"],
      },
      {
        name: "a factor of 0",
        inputs: [{ shape: [1, 2, 4, 4] }],
        run: (x) => pixelUnshuffle(x, 0),
        error: "DataError",
        says: ["downscaleFactor an integer of 1 or more; got 0"],
      },
    ],
  },
];
