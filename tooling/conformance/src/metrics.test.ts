import type { Backend } from "@nn/backend";
import { cpu } from "@nn/backend-cpu";
import { wasm } from "@nn/backend-wasm";
import { type Tensor, tensor } from "@nn/tensor";
import { expectClose, type GoldenCase, type GoldenTensor } from "@nn/testing";
import { loadGolden } from "@nn/testing/node";
import * as train from "@nn/train";
import { describe, expect, it } from "vitest";

const { cases } = loadGolden("metrics");

/** A metric of any kind, as the goldens call it: by name. */
type AnyMetric = train.Metric<unknown, Record<string, unknown>, number | train.ConfusionMatrix>;
type Options = Record<string, unknown>;

/** How the options of a golden become those of a metric. */
function metricOf({ op, options, inputs }: GoldenCase): AnyMetric {
  const { predictions, references, found, truth, k, ...rest } = options;
  const make = (train as unknown as Record<string, (...args: unknown[]) => AnyMetric>)[op]!;
  if (op === "topKAccuracy") return make(k, rest);
  if (op !== "meanAbsoluteScaledError") return make(rest);
  const { training } = inputs;
  if (training!.shape.length === 1) return make({ ...rest, training: training!.data });
  return make({ ...rest, training: (_: unknown, values: Options) => values.training });
}

/** The values of a golden under the names that a metric looks for. */
function valuesOf({ inputs, options }: GoldenCase, convert: (golden: GoldenTensor) => unknown): Options {
  if (options.predictions) return { predictions: options.predictions, references: options.references };
  if (options.found) return detections(options as { found: number[][][]; truth: number[][][] });
  return Object.fromEntries(Object.entries(inputs).map(([name, golden]) => [name, convert(golden)]));
}

function detections({ found, truth }: { found: number[][][]; truth: number[][][] }): Options {
  const boxes = (rows: number[][]) => rows.flatMap((row) => row.slice(0, 4));
  return {
    detections: found.map((rows) => ({
      boxes: boxes(rows),
      scores: rows.map((row) => row[4]!),
      labels: rows.map((row) => row[5]!),
    })),
    targets: truth.map((rows) => ({
      boxes: boxes(rows),
      labels: rows.map((row) => row[4]!),
      crowd: rows.map((row) => row[5]!),
    })),
  };
}

const numbers = (value: number | train.ConfusionMatrix) => (typeof value === "number" ? [value] : value.counts.flat());

const onBackend = (backend: Backend, float: "f32" | "f64") => (golden: GoldenTensor) =>
  tensor(golden.data, { shape: golden.shape, dtype: golden.dtype === "f64" ? float : golden.dtype, backend });

function check(name: string, backend: () => Promise<Backend>, float: "f32" | "f64", rtol: number): void {
  describe(`metrics on ${name}`, () => {
    it.each(cases.map((golden) => [`${golden.op}, ${golden.name}`, golden] as const))("%s", async (_, golden) => {
      const metric = metricOf(golden);
      const convert = onBackend(await backend(), float);
      const value = await train.score(metric, valuesOf(golden, convert));
      await expectClose(numbers(value), [...golden.outputs.y!.data], { rtol, atol: rtol });
    });
  });
}

check("cpu, f64", async () => cpu(), "f64", 1e-10);
check("wasm, f32", wasm, "f32", 2e-5);

describe("metrics of arrays", () => {
  const flat = cases.filter(({ inputs, options }) => {
    const shapes = Object.values(inputs).map(({ shape }) => shape.length);
    return shapes.length > 0 && shapes.every((rank) => rank === 1) && options.multilabel !== true;
  });
  it.each(flat.map((golden) => [`${golden.op}, ${golden.name}`, golden] as const))("%s", async (_, golden) => {
    const value = await train.score(
      metricOf(golden),
      valuesOf(golden, ({ data }) => data),
    );
    await expectClose(numbers(value), [...golden.outputs.y!.data], { rtol: 1e-10, atol: 1e-12 });
  });
});

describe("metrics over batches", () => {
  const rows = cases.filter(({ inputs }) => Object.values(inputs).every(({ shape }) => shape[0] === 24));
  const rowsOf = (values: Options, start: number, end: number) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, (value as Tensor).slice(0, start, end)]));

  it.each(
    rows.filter(({ inputs }) => inputs.targets).map((golden) => [`${golden.op}, ${golden.name}`, golden] as const),
  )("%s: the same in parts, over a saved state", async (_, golden) => {
    const values = valuesOf(golden, onBackend(cpu(), "f64"));
    const [first, second] = [metricOf(golden), metricOf(golden)];
    await first.update(undefined, rowsOf(values, 0, 7));
    await first.update(undefined, rowsOf(values, 7, 16));
    second.restore(JSON.parse(JSON.stringify(first.state())));
    await second.update(undefined, rowsOf(values, 16, 24));
    await expectClose(numbers(second.compute()), [...golden.outputs.y!.data], { rtol: 1e-10, atol: 1e-12 });
  });

  it("are of texts and of detections too", async () => {
    const golden = cases.find(({ op }) => op === "bleu")!;
    const { predictions, references } = valuesOf(golden, () => undefined) as Record<string, unknown[]>;
    const metric = metricOf(golden);
    for (let i = 0; i < predictions!.length; i++) {
      await metric.update(undefined, { predictions: [predictions![i]], references: [references![i]] });
    }
    await expectClose(numbers(metric.compute()), [...golden.outputs.y!.data], { rtol: 1e-10, atol: 0 });

    const boxes = cases.find(({ op }) => op === "meanAveragePrecision")!;
    const images = valuesOf(boxes, () => undefined) as Record<string, unknown[]>;
    const map = metricOf(boxes);
    for (let i = 0; i < images.targets!.length; i++) {
      await map.update(undefined, { detections: [images.detections![i]], targets: [images.targets![i]] });
    }
    await expectClose(numbers(map.compute()), [...boxes.outputs.y!.data], { rtol: 1e-10, atol: 0 });
    expect(map.state().length).toBeGreaterThan(0);
  });
});
