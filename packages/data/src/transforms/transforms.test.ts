import { Generator, tensor } from "@nn/tensor";
import { describe, expect, test } from "vitest";
import {
  affine,
  centerCrop,
  colorJitter,
  compose,
  crop,
  cutmix,
  grayscale,
  horizontalFlip,
  type ImageArray,
  mixup,
  normalize,
  padImage,
  randomAffine,
  randomCrop,
  randomErasing,
  randomGrayscale,
  randomHorizontalFlip,
  randomResizedCrop,
  randomRotation,
  randomVerticalFlip,
  resize,
  rotate,
  verticalFlip,
} from "../index.js";

/** Every pixel another number: 100 c + 10 y + x, in hundredths of 8. */
const numbered = (c: number, h: number, w: number): ImageArray => ({
  data: Float32Array.from({ length: c * h * w }, (_, i) => {
    const x = i % w;
    const y = Math.floor(i / w) % h;
    return 100 * Math.floor(i / (h * w)) + 10 * y + x;
  }),
  shape: [c, h, w],
  dtype: "f32",
});
const ones = (c: number, h: number, w: number): ImageArray => ({
  data: new Float32Array(c * h * w).fill(1),
  shape: [c, h, w],
  dtype: "f32",
});
const seeds = (n: number) => Array.from({ length: n }, (_, i) => new Generator(i));
const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;

describe("parts of an image", () => {
  test("crop takes a box, 0 outside", () => {
    expect([...crop(numbered(2, 3, 3), { top: 1, left: 2, height: 2, width: 2 }).data]).toEqual([
      12, 0, 22, 0, 112, 0, 122, 0,
    ]);
    expect([...crop(numbered(1, 2, 2), { top: -1, left: -1, height: 2, width: 2 }).data]).toEqual([0, 0, 0, 0]);
    expect([...crop(ones(1, 2, 2), { top: 5, left: 0, height: 1, width: 2 }).data]).toEqual([0, 0]);
  });
  // Places from torchvision: int(round((h - crop_h) / 2.0)), and padding by the smaller half first.
  test.each([
    [5, 3, [1, 2, 3]],
    [6, 3, [2, 3, 4]],
    [4, 3, [0, 1, 2]],
    [2, 4, [0, 0, 1, 0]],
    [1, 4, [0, 0, 0, 0]],
  ])("centerCrop of %i to %i", (from, to, expected) => {
    expect([...centerCrop(numbered(1, 1, from), [1, to]).data]).toEqual(expected);
  });
  test("randomCrop takes every place, also in the border", () => {
    const image = numbered(1, 3, 3);
    const corners = seeds(200).map((generator) => randomCrop(image, { size: 2 }, generator).data[0]!);
    expect(new Set(corners)).toEqual(new Set([0, 1, 10, 11]));
    const padded = seeds(200).map((generator) => randomCrop(ones(1, 2, 2), { size: 2, padding: 1 }, generator).data);
    const sums = padded.map((data) => data.reduce((sum, value) => sum + value, 0));
    expect(new Set(sums)).toEqual(new Set([1, 2, 4]));
    expect(randomCrop(ones(1, 2, 5), { size: 4, padIfNeeded: true }, new Generator(0)).shape).toEqual([1, 4, 4]);
  });
  test("randomResizedCrop keeps to its ranges", () => {
    const image = numbered(1, 20, 30);
    for (const generator of seeds(50)) {
      const small = randomResizedCrop(image, { size: [4, 6], scale: [0.2, 0.3], ratio: [1, 1] }, generator);
      expect(small.shape).toEqual([1, 4, 6]);
      // Sides of 11 to 13 pixels: from the first to the last column it is 5/6 of that.
      const [left, right] = [small.data[0]!, small.data[5]!];
      expect(right - left).toBeGreaterThan((11 * 5) / 6 - 1);
      expect(right - left).toBeLessThan((14 * 5) / 6 + 1);
    }
    // No part of this shape fits, so the middle is taken.
    const wide = randomResizedCrop(image, { size: 5, scale: [1, 1], ratio: [0.5, 0.5] }, new Generator(0));
    expect(wide.data[0]! % 10).toBeGreaterThan(0);
  });
  test("padImage mirrors the edge once, twice or not at all", () => {
    const row = numbered(1, 1, 3);
    const pad = (paddingMode: "edge" | "reflect" | "symmetric" | "constant") =>
      [...padImage(row, [2, 0], { paddingMode, fill: 7 }).data].join(" ");
    expect(pad("constant")).toBe("7 7 0 1 2 7 7");
    expect(pad("edge")).toBe("0 0 0 1 2 2 2");
    expect(pad("reflect")).toBe("2 1 0 1 2 1 0");
    expect(pad("symmetric")).toBe("1 0 0 1 2 2 1");
    expect(padImage(row, [1, 2, 3, 4]).shape).toEqual([1, 7, 7]);
  });
});

describe("flips", () => {
  test("mirror every channel, and twice is the image", () => {
    const image = numbered(2, 2, 3);
    expect([...horizontalFlip(image).data]).toEqual([2, 1, 0, 12, 11, 10, 102, 101, 100, 112, 111, 110]);
    expect([...verticalFlip(image).data]).toEqual([10, 11, 12, 0, 1, 2, 110, 111, 112, 100, 101, 102]);
    expect(horizontalFlip(horizontalFlip(image))).toEqual(image);
    expect(verticalFlip(verticalFlip(image))).toEqual(image);
  });
  test.each([randomHorizontalFlip, randomVerticalFlip])("happen as often as asked", (flip) => {
    const image = numbered(1, 2, 2);
    const share = (p: number) =>
      mean(seeds(400).map((generator) => (flip(image, { p }, generator).data[0] === 0 ? 0 : 1)));
    expect([share(0), share(1)]).toEqual([0, 1]);
    expect(Math.abs(share(0.3) - 0.3)).toBeLessThan(0.1);
  });
});

describe("moves", () => {
  test("by nothing leave the image", () => {
    const image = numbered(2, 5, 4);
    for (const interpolation of ["nearest", "bilinear"] as const) {
      expect(affine(image, { interpolation })).toEqual(image);
      expect(rotate(image, 0, { interpolation })).toEqual(image);
      expect(resize(image, [5, 4], { interpolation })).toEqual(image);
    }
  });
  test("rotate with expand holds the whole image, as large as Pillow makes it", () => {
    expect(rotate(ones(1, 4, 6), 90, { expand: true }).shape).toEqual([1, 6, 4]);
    const turned = rotate(ones(1, 10, 20), 30, { expand: true, interpolation: "bilinear" });
    // PIL 9.4: Image.new("L", (20, 10)).rotate(30, expand=True).size == (24, 20)
    expect(turned.shape).toEqual([1, 20, 24]);
    const sum = turned.data.reduce((total, value) => total + value, 0);
    expect(Math.abs(sum - 200)).toBeLessThan(2);
  });
  test("a shorter side keeps the proportions", () => {
    expect(resize(ones(1, 40, 61), 20).shape).toEqual([1, 20, 30]);
    expect(resize(ones(1, 61, 40), 20).shape).toEqual([1, 30, 20]);
    expect(resize(ones(3, 9, 9), [4, 7]).data.every((value) => Math.abs(value - 1) < 1e-6)).toBe(true);
  });
  test("random ones differ, and repeat with the seed", () => {
    const image = numbered(1, 9, 9);
    const moves = [
      (generator: Generator) => randomRotation(image, { degrees: 40 }, generator),
      (generator: Generator) =>
        randomAffine(image, { degrees: 20, translate: [0.2, 0.2], scale: [0.8, 1.2], shear: 10 }, generator),
    ];
    for (const move of moves) {
      const outs = seeds(8).map((generator) => String(move(generator).data));
      expect(new Set(outs).size).toBeGreaterThan(6);
      expect(String(move(new Generator(3)).data)).toBe(outs[3]);
    }
  });
  test("randomAffine moves by whole pixels up to its share", () => {
    const image = numbered(1, 1, 10);
    const firsts = seeds(200).map((generator) =>
      Number(randomAffine(image, { degrees: 0, translate: [0.2, 0] }, generator).data[5]),
    );
    expect(new Set(firsts)).toEqual(new Set([3, 4, 5, 6, 7]));
  });
});

describe("colors", () => {
  test("colorJitter without options leaves the image; with them it stays in 0 … 1", () => {
    const image = { ...numbered(3, 4, 4), data: numbered(3, 4, 4).data.map((value) => value / 400) };
    expect(colorJitter(image, {}, new Generator(0))).toEqual(image);
    const outs = seeds(20).map((g) =>
      colorJitter(image, { brightness: 0.5, contrast: 0.5, saturation: 0.5, hue: 0.5 }, g),
    );
    expect(new Set(outs.map(({ data }) => String(data))).size).toBe(20);
    for (const { data } of outs) expect(data.every((value) => value >= 0 && value <= 1)).toBe(true);
  });
  test("colorJitter draws factors from its range", () => {
    const half = { ...ones(1, 1, 1), data: Float32Array.of(0.5) };
    const factors = seeds(500).map((g) => colorJitter(half, { brightness: [0.2, 0.6] }, g).data[0]! / 0.5);
    expect(Math.min(...factors)).toBeGreaterThanOrEqual(0.2);
    expect(Math.max(...factors)).toBeLessThanOrEqual(0.6);
    expect(Math.abs(mean(factors) - 0.4)).toBeLessThan(0.03);
  });
  test("randomGrayscale keeps three channels", () => {
    const gray = randomGrayscale(numbered(3, 1, 1), { p: 1 }, new Generator(0));
    expect(new Set(gray.data).size).toBe(1);
    expect(randomGrayscale(numbered(3, 1, 1), { p: 0 }, new Generator(0))).toEqual(numbered(3, 1, 1));
  });
});

describe("randomErasing", () => {
  test("erases about the area it is asked for", () => {
    const shares = seeds(200).map((generator) => {
      const { data } = randomErasing(ones(2, 30, 30), { p: 1, scale: [0.1, 0.2], value: [5, 6] }, generator);
      const [first, second] = [data.subarray(0, 900), data.subarray(900)].map((part) => part.filter((v) => v !== 1));
      expect(new Set([...first!, ...second!])).toEqual(new Set([5, 6]));
      expect(first!.length).toBe(second!.length);
      return first!.length / 900;
    });
    expect(Math.min(...shares)).toBeGreaterThan(0.09);
    expect(Math.max(...shares)).toBeLessThan(0.22);
  });
  test("with noise of mean 0 and deviation 1", () => {
    const noise = seeds(40).flatMap((g) => [
      ...randomErasing(ones(1, 30, 30), { p: 1, value: "random" }, g).data.filter((value) => value !== 1),
    ]);
    expect(Math.abs(mean(noise))).toBeLessThan(0.05);
    expect(Math.abs(mean(noise.map((value) => value ** 2)) - 1)).toBeLessThan(0.1);
  });
  test("does nothing without luck", () => {
    expect(randomErasing(ones(1, 9, 9), { p: 0 }, new Generator(0))).toEqual(ones(1, 9, 9));
  });
});

test("normalize of an image goes by its channels", () => {
  const { data, shape } = normalize(ones(2, 1, 2), { mean: [0, 1], std: [0.5, 2] });
  expect([...data]).toEqual([2, 2, 0, 0]);
  expect(shape).toEqual([2, 1, 2]);
  expect(() => normalize(ones(2, 1, 2), { mean: [1, 2, 3], std: 1 })).toThrow(/2 numbers +got 3/);
});

test("compose gives each step a stream of its own", () => {
  const draws: number[] = [];
  const draw = (count: number) => (value: number, generator: Generator) => {
    draws.push(generator.bits(count)[0]!);
    return value + 1;
  };
  expect(compose([draw(1), draw(1)])(0, new Generator(1))).toBe(2);
  compose([draw(9), draw(1)])(0, new Generator(1));
  expect(draws[0]).not.toBe(draws[1]);
  expect(draws.slice(2)).toEqual(draws.slice(0, 2));
});

describe("mixtures of a batch", () => {
  const n = 6;
  const x = tensor(
    Float32Array.from({ length: n * 64 }, (_, i) => Math.floor(i / 64)),
    { shape: [n, 1, 8, 8] },
  );
  const y = tensor(Int32Array.from({ length: n }, (_, i) => i));

  test("mixup: images and labels in one proportion", () => {
    const mixed = mixup({ x, y }, { numClasses: n }, new Generator(3));
    const [pixels, labels] = [mixed.x.dataSync(), mixed.y.dataSync()];
    for (let i = 0; i < n; i++) {
      const row = Array.from(labels.subarray(i * n, (i + 1) * n));
      expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
      const expected = row.reduce((sum, share, label) => sum + share * label, 0);
      expect(pixels[i * 64]).toBeCloseTo(expected, 5);
    }
  });

  test("mixup draws from the beta distribution", () => {
    const pair = { x: tensor([[0], [1]]), y: tensor([0, 1], { dtype: "i32" }) };
    const lambdas = (alpha: number) =>
      seeds(3000).map((generator) => mixup(pair, { numClasses: 2, alpha }, generator).y.dataSync()[0]!);
    for (const alpha of [0.2, 1, 4]) {
      // The partner is the sample itself half of the time, and the label is whole then.
      const drawn = lambdas(alpha).filter((value) => value !== 1);
      expect(Math.abs(mean(drawn) - 0.5)).toBeLessThan(0.04);
      const variance = mean(drawn.map((value) => (value - 0.5) ** 2));
      expect(Math.abs(variance - 1 / (4 * (2 * alpha + 1)))).toBeLessThan(0.012);
    }
  });

  test("cutmix: a rectangle of the other image, and labels by its area", () => {
    let cut = 0;
    for (const generator of seeds(30)) {
      const mixed = cutmix({ x, y }, { numClasses: n }, generator);
      const [pixels, labels] = [mixed.x.dataSync(), mixed.y.dataSync()];
      for (let i = 0; i < n; i++) {
        const image = [...pixels.slice(i * 64, (i + 1) * 64)];
        for (let label = 0; label < n; label++) {
          const share = image.filter((value) => value === label).length / 64;
          expect(labels[i * n + label]).toBeCloseTo(share, 5);
          if (share > 0 && share < 1) cut++;
        }
      }
    }
    expect(cut).toBeGreaterThan(50);
  });

  test("soft labels stay soft", () => {
    const soft = tensor(new Float32Array(n * 2).fill(0.5), { shape: [n, 2] });
    expect([...mixup({ x, y: soft }, {}, new Generator(0)).y.dataSync()]).toEqual(new Array(2 * n).fill(0.5));
  });
});

const image = ones(1, 4, 4);
const g = new Generator(0);
test.each<[string, () => unknown, RegExp]>([
  ["a batch", () => resize({ data: new Float32Array(16), shape: [1, 1, 4, 4] }, 2), /no image[^]*\[1, 1, 4, 4\]/],
  ["no size", () => resize(image, 0), /no positive integer[^]*0/],
  ["cubic", () => resize(image, 2, { interpolation: "cubic" as "nearest" }), /no such interpolation[^]*cubic/],
  ["half a pixel", () => crop(image, { top: 0.5, left: 0, height: 1, width: 1 }), /place is no integer/],
  ["a large crop", () => randomCrop(image, { size: 5 }, g), /smaller than the size[^]*padIfNeeded/],
  ["a wide mirror", () => padImage(image, 4, { paddingMode: "reflect" }), /reaches beyond[^]*3 at most/],
  ["three widths", () => padImage(image, [1, 2, 3] as never), /no border[^]*1,2,3/],
  ["no scale", () => affine(image, { scale: 0 }), /scale is not positive/],
  ["a wide shift", () => randomAffine(image, { degrees: 0, translate: [2, 0] }, g), /no fraction of the image/],
  ["a falling range", () => randomResizedCrop(image, { size: 2, scale: [1, 0.5] }, g), /scale is no range/],
  ["no probability", () => randomHorizontalFlip(image, { p: 2 }, g), /not between 0 and 1/],
  ["two channels", () => grayscale(ones(2, 1, 1)), /colors need 3 channels/],
  ["a whole turn", () => colorJitter(image, { hue: 1 }, g), /hue is no range/],
  ["values of others", () => randomErasing(image, { value: [1, 2] }, g), /1 channels[^]*2 values/],
  ["no classes", () => mixup({ x: tensor([[1]]), y: tensor([0], { dtype: "i32" }) }, {}, g), /numClasses: 10/],
  [
    "labels of others",
    () => mixup({ x: tensor([[1]]), y: tensor([0, 1], { dtype: "i32" }) }, {}, g),
    /labels do not fit/,
  ],
  ["alpha 0", () => mixup({ x: tensor([[1]]), y: tensor([[1]]) }, { alpha: 0 }, g), /alpha is not positive/],
  ["no images", () => cutmix({ x: tensor([[1]]), y: tensor([[1]]) }, {}, g), /no batch of images/],
])("refuses %s", (_, make, message) => expect(make).toThrow(message));
