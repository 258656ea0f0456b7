import { concat, DataError, full, isTensor, type Shape, type Tensor, type TypedArray } from "@nn/tensor";
import type { Measurement } from "../metric.js";
import { field, targetsIn } from "./inputs.js";
import type { Detections, TruthBoxes } from "./match-detections.js";

/** Where metrics of detection find what they compare. */
export interface DetectionOptions<B, R> {
  /**
   * Found boxes: an object an image, or a tensor `[n, k, 6]` of x1, y1, x2, y2, score, class; rows with a negative class
   * are padding. Default: `detections` beside the loss.
   */
  readonly detections?: (batch: B, rest: R) => readonly Detections[] | Tensor;
  /**
   * True boxes: an object an image, or a tensor `[n, k, 5]` of x1, y1, x2, y2, class; rows with a negative class are
   * padding. Default: `targets` beside the loss, else the batch's `y`, `labels` or second entry.
   */
  readonly targets?: (batch: B, rest: R) => readonly TruthBoxes[] | Tensor;
}

// Places of a row: box, score or whether it is a crowd, class, which of both kinds.
const width = 7;
const kinds = { found: 0, truth: 1 };

/** Found and true boxes of a batch as rows `[n, k, 7]`. */
export function detectionRows<B, R>(name: string, batch: B, rest: R, options: DetectionOptions<B, R>): Measurement {
  const found: unknown = options.detections?.(batch, rest) ?? field(rest, "detections");
  const truth: unknown = options.targets?.(batch, rest) ?? targetsIn(batch, rest);
  if (isTensor(found) && isTensor(truth)) return tensorRows(name, found, truth);
  if (Array.isArray(found) && Array.isArray(truth) && found.length === truth.length) {
    return hostRows(found as readonly Detections[], truth as readonly TruthBoxes[]);
  }
  throw new DataError({
    where: name,
    problem: "there are no detections to compare",
    rows: [["expected", "detections and targets: two lists of an object an image, or two tensors"]],
    fix: "return { loss, detections } with { boxes, scores, labels } or [n, k, 6], and name the true boxes y",
  });
}

function tensorRows(name: string, found: Tensor, truth: Tensor): Tensor {
  const [n, k] = found.shape as [number, number];
  if (found.rank !== 3 || truth.rank !== 3 || found.shape[2] !== 6 || truth.shape[2] !== 5 || truth.shape[0] !== n) {
    throw new DataError({
      where: name,
      problem: "detections and targets do not belong together",
      rows: [
        ["detections", `[${found.shape.join(", ")}]`, "expected n k 6: x1 y1 x2 y2 score class"],
        ["targets", `[${truth.shape.join(", ")}]`, "expected n k 5: x1 y1 x2 y2 class"],
      ],
      fix: "pad the images of a batch with rows of class -1",
    });
  }
  const { backend, dtype } = found;
  const column = (rows: number, value: number) => full([n, rows, 1], value, { dtype, backend });
  const own = concat([found, column(k, kinds.found)], 2);
  const boxes = truth.dtype === dtype ? truth : truth.cast(dtype);
  const rows = truth.shape[1]!;
  const others = concat([boxes.slice(2, 0, 4), column(rows, 0), boxes.slice(2, 4, 5), column(rows, kinds.truth)], 2);
  return concat([own, others], 1);
}

function hostRows(found: readonly Detections[], truth: readonly TruthBoxes[]): Measurement {
  const most = Math.max(0, ...found.map((own, i) => own.labels.length + truth[i]!.labels.length));
  const data = new Float64Array(found.length * most * width).fill(-1);
  found.forEach((own, image) => {
    const others = truth[image]!;
    let at = image * most * width;
    const put = ({ boxes, labels }: TruthBoxes, i: number, value: number, kind: number) => {
      data.set([...Array.from({ length: 4 }, (_, c) => boxes[4 * i + c]!), value, labels[i]!, kind], at);
      at += width;
    };
    for (let i = 0; i < own.labels.length; i++) put(own, i, own.scores[i]!, kinds.found);
    for (let i = 0; i < others.labels.length; i++) put(others, i, others.crowd?.[i] ? 1 : 0, kinds.truth);
  });
  return { data, shape: [found.length, most, width] };
}

interface Rows {
  readonly boxes: number[];
  readonly values: number[];
  readonly labels: number[];
}

/** The images of rows that were read. */
export function* imagesOf(values: TypedArray, shape: Shape): Iterable<{ found: Detections; truth: TruthBoxes }> {
  const [n, k] = shape as [number, number];
  for (let image = 0; image < n; image++) {
    const parts: [Rows, Rows] = [empty(), empty()];
    for (let i = 0; i < k; i++) {
      const row = values.subarray((image * k + i) * width, (image * k + i + 1) * width);
      if (row[5]! < 0) continue;
      const part = parts[row[6] === kinds.truth ? 1 : 0];
      part.boxes.push(...row.subarray(0, 4));
      part.values.push(row[4]!);
      part.labels.push(row[5]!);
    }
    const [found, truth] = parts;
    yield { found: { ...found, scores: found.values }, truth: { ...truth, crowd: truth.values } };
  }
}

function empty(): Rows {
  return { boxes: [], values: [], labels: [] };
}
