import * as data from "@nn/data";
import type { GoldenCase } from "@nn/testing";
import { loadGolden } from "@nn/testing/node";
import { describe, expect, it } from "vitest";

type Options = Readonly<Record<string, unknown>>;
type Array = data.HostArray;
/** The options of a golden; the names and values are torchvision's, and the functions check them when they run. */
const as = <T>(options: Options): T => options as T;

const run: Readonly<Record<string, (inputs: Readonly<Record<string, Array>>, options: Options) => Array>> = {
  resize: ({ x }, { size, ...options }) => data.resize(x, size as data.ImageSize, options),
  affine: ({ x }, options) => data.affine(x, options),
  rotate: ({ x }, { angle, ...options }) => data.rotate(x, angle as number, options),
  adjustBrightness: ({ x }, { factor }) => data.adjustBrightness(x, factor as number),
  adjustContrast: ({ x }, { factor }) => data.adjustContrast(x, factor as number),
  adjustSaturation: ({ x }, { factor }) => data.adjustSaturation(x, factor as number),
  adjustHue: ({ x }, { shift }) => data.adjustHue(x, shift as number),
  grayscale: ({ x }) => data.grayscale(x),
  detrend: ({ x }, options) => data.detrend(x, options),
  standardScaler: ({ train, x }) => data.StandardScaler.fit(train).transform(x),
  padImage: ({ x }, { padding, ...options }) =>
    data.padImage(x, as<{ padding: data.ImagePadding }>({ padding }).padding, options),
};

// Images are f32; the goldens are f64.
const tolerance = 2e-6;

/** The largest difference of two arrays. */
function farthest(got: Array, expected: { readonly data: ArrayLike<number> }): number {
  return Math.max(...globalThis.Array.from(got.data, (value, i) => Math.abs(value - expected.data[i]!)));
}

describe("data.json", () => {
  const cases = loadGolden("data").cases.filter(({ op }) => op in run);
  it.each(cases.map((golden): [string, GoldenCase] => [`${golden.op}: ${golden.name}`, golden]))("%s", (_, golden) => {
    const got = run[golden.op]!(golden.inputs, golden.options);
    const { y } = golden.outputs;
    expect(got.shape).toEqual(y!.shape);
    expect(farthest(got, y!)).toBeLessThan(tolerance);
  });

  it("runs every case of every op", () => {
    const counts: Record<string, number> = {};
    for (const { op } of cases) counts[op] = (counts[op] ?? 0) + 1;
    expect(counts).toEqual({
      resize: 9,
      affine: 16,
      rotate: 4,
      adjustBrightness: 3,
      adjustContrast: 3,
      adjustSaturation: 3,
      adjustHue: 4,
      grayscale: 1,
      padImage: 3,
      detrend: 2,
      standardScaler: 1,
    });
  });
});
