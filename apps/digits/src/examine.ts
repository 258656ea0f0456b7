import type { Dataset } from "@nn/data";
import { predict, summary } from "@nn/layers";
import { scope, tensor } from "@nn/tensor";
import { ConfusionMatrix, predictAll } from "@nn/train";
import { type DigitSample, labelsOf, measuringBatches, pixelsOf } from "./data.js";
import type { LeNet } from "./model.js";
import type { Journey, Mistake, ReportData } from "./report/report-data.js";

const classes = 10;

/** What a trained net makes of the digits that were held back. */
export interface Examination extends Omit<ReportData, "metrics"> {
  readonly confusion: ConfusionMatrix;
}

/** Measures a net, and looks into it. */
export async function examine(model: LeNet, heldBack: Dataset<DigitSample>): Promise<Examination> {
  const labels = labelsOf(heldBack);
  const probabilities = await probabilitiesOf(model, heldBack);
  const predictions = probabilities.map((row) => row.indexOf(Math.max(...row)));
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  labels.forEach((label, i) => counts[label]![predictions[i]!]!++);
  return {
    confusion: new ConfusionMatrix(
      counts,
      counts.map((_, digit) => String(digit)),
    ),
    mistakes: mistakesIn(heldBack, labels, predictions, probabilities),
    filters: await filtersOf(model),
    journey: await journeyOf(model, heldBack, labels, predictions, probabilities),
    layers: layersOf(model),
  };
}

async function probabilitiesOf(model: LeNet, digits: Dataset<DigitSample>): Promise<number[][]> {
  const logits = await predictAll(model, measuringBatches(digits), (net, { x }) => net.forward(x));
  const rows = (await logits.array()) as number[][];
  logits.dispose();
  return rows.map((row) => {
    const largest = Math.max(...row);
    const exponentials = row.map((value) => Math.exp(value - largest));
    const sum = exponentials.reduce((total, value) => total + value, 0);
    return exponentials.map((value) => value / sum);
  });
}

function mistakesIn(
  digits: Dataset<DigitSample>,
  labels: Int32Array,
  predictions: readonly number[],
  probabilities: readonly (readonly number[])[],
): Mistake[] {
  return predictions
    .flatMap((prediction, i) => {
      const label = labels[i]!;
      if (prediction === label) return [];
      const row = probabilities[i]!;
      return [{ pixels: pixelsOf(digits, i), label, prediction, confidence: row[prediction]!, onLabel: row[label]! }];
    })
    .sort((a, b) => b.confidence - a.confidence);
}

async function filtersOf({ conv1 }: LeNet): Promise<ReportData["filters"]> {
  const [count, , size] = conv1.weight.shape;
  const data = await conv1.weight.data();
  return { size, weights: Array.from({ length: count }, (_, i) => data.slice(i * size * size, (i + 1) * size * size)) };
}

/** A five (the digit with the most going on) that was read rightly, or the first digit there is. */
async function journeyOf(
  model: LeNet,
  digits: Dataset<DigitSample>,
  labels: Int32Array,
  predictions: readonly number[],
  probabilities: readonly (readonly number[])[],
): Promise<Journey> {
  const index = Math.max(
    0,
    labels.findIndex((label, i) => label === 5 && predictions[i] === 5),
  );
  const pixels = pixelsOf(digits, index);
  const features = scope(() => {
    const x = tensor(pixels).reshape([1, 1, 28, 28]);
    return predict(model, () => model.features(x));
  });
  const stages = [];
  for (const { name, maps } of features) {
    const [, count, height, width] = maps.shape;
    const data = await maps.data();
    const size = height * width;
    stages.push({
      name,
      width,
      height,
      maps: Array.from({ length: count }, (_, i) => data.slice(i * size, (i + 1) * size)),
    });
    maps.dispose();
  }
  return { pixels, label: labels[index]!, stages, probabilities: probabilities[index]! };
}

function layersOf(model: LeNet): ReportData["layers"] {
  return summary(model, [1, 1, 28, 28])
    .rows.filter((row) => row.path !== "")
    .map(({ path, type, outputShape, parameters }) => ({
      path,
      type,
      output: outputShape === undefined ? "" : outputShape.slice(1).join(" × "),
      parameters,
    }));
}
