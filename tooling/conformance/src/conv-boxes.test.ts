import { cpu } from "@nn/backend-cpu";
import { fusedCpu } from "@nn/backend-cpu/fused";
import { wasm } from "@nn/backend-wasm";
import * as conv from "@nn/conv";
import { type Tensor, tensor } from "@nn/tensor";
import { expectGolden, type GoldenCase, type GoldenRun, type GoldenTensor } from "@nn/testing";
import { loadGolden } from "@nn/testing/node";
import { describe, expect, it } from "vitest";

/** The options of a golden; the functions check them when they run. */
const as = <T>(options: Readonly<Record<string, unknown>>): T => options as T;

const forward: Readonly<Record<string, GoldenRun>> = {
  boxIou: ({ a, b }) => conv.boxIou(a, b),
  generalizedBoxIou: ({ a, b }) => conv.generalizedBoxIou(a, b),
  distanceBoxIou: ({ a, b }) => conv.distanceBoxIou(a, b),
  completeBoxIou: ({ a, b }) => conv.completeBoxIou(a, b),
  roiAlign: ({ x, boxes }, options) => conv.roiAlign(x, boxes, as<conv.RoiAlignOptions>(options)),
  anchorGrid: (_, options) => conv.anchorGrid({ ...as<conv.AnchorGridOptions>(options), dtype: "f64" }),
};

/** What reads the values: by name, with the numbers that it gives. */
type Suppression = (inputs: Record<string, Tensor>, options: Record<string, unknown>) => Promise<Tensor[]>;
const suppression: Readonly<Record<string, Suppression>> = {
  nms: async ({ boxes, scores }, { iouThreshold }) => [await conv.nms(boxes, scores, Number(iouThreshold))],
  batchedNms: async ({ boxes, scores, classes }, { iouThreshold }) => [
    await conv.batchedNms(boxes, scores, classes, Number(iouThreshold)),
  ],
  softNms: async ({ boxes, scores }, options) => {
    const kept = await conv.softNms(boxes, scores, options);
    return [kept.indices, kept.scores];
  },
};

const { cases } = loadGolden("boxes");
const named = (list: readonly GoldenCase[]) => list.map((golden) => [`${golden.op}: ${golden.name}`, golden] as const);

describe.each([
  ["composed", cpu()],
  ["fused", fusedCpu()],
] as const)("boxes.json, %s", (_, backend) => {
  it.each(named(cases.filter(({ op }) => op in forward)))("%s", async (_, golden) => {
    await expectGolden(golden, forward[golden.op], { backend, rtol: 1e-9 });
  });
});

describe.each([
  ["cpu", cpu(), "f64"],
  ["wasm", await wasm(), "f32"],
] as const)("suppression of boxes.json, %s", (_, backend, dtype) => {
  const make = ({ data, shape, dtype: own }: GoldenTensor) =>
    tensor(Array.from(data), { shape, dtype: own === "f64" ? dtype : own, backend });
  it.each(named(cases.filter(({ op }) => op in suppression)))("%s", async (_, golden) => {
    const inputs = Object.fromEntries(Object.entries(golden.inputs).map(([name, value]) => [name, make(value)]));
    const outputs = await suppression[golden.op](inputs, golden.options);
    const expected = Object.values(golden.outputs);
    expect(outputs.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
    for (const [i, output] of outputs.entries()) {
      const values = Array.from(await output.data());
      values.forEach((value, at) => expect(value).toBeCloseTo(expected[i].data[at] as number, 6));
    }
  });

  it("has two or more of each", () => {
    for (const op in suppression) expect(cases.filter((golden) => golden.op === op).length).toBeGreaterThan(1);
  });
});
