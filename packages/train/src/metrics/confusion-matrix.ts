import { DataError, logicalAnd, where } from "@nn/tensor";
import { type Metric, metric } from "../metric.js";
import { type ClassOptions, classesOf } from "./class-options.js";
import { columns } from "./columns.js";
import { ConfusionMatrix } from "./confusion-matrix-value.js";
import { weightsOf } from "./inputs.js";

/** The classes, and where they are found. */
export interface ConfusionMatrixOptions<B, R> extends ClassOptions<B, R> {
  /** Names of the classes, or their number. */
  readonly classes: number | readonly string[];
}

/**
 * How often each class was taken for each other one, over a whole data set (sklearn.metrics.confusion_matrix); sample weights
 * and masks count.
 *
 * @throws DataError when a target is no class, or the scores have another number of classes.
 *
 * @example
 * ```ts
 * import { tensor } from "@nn/tensor";
 * import { confusionMatrix } from "@nn/train";
 *
 * const metric = confusionMatrix({ classes: ["cat", "dog"] });
 * const logits = tensor([[2, 1], [2, 1], [1, 2]]);
 * await metric.update({ y: tensor(new Int32Array([0, 1, 1])) }, { logits });
 * const matrix = metric.compute();
 * matrix.counts; // => [[1, 0], [1, 1]]
 * matrix.perClass[1]?.recall; // => 0.5
 * ```
 */
export function confusionMatrix<B = unknown, R = unknown>(
  options: ConfusionMatrixOptions<B, R>,
): Metric<B, R, ConfusionMatrix> {
  const { classes, ignoreIndex } = options;
  const names = typeof classes === "number" ? Array.from({ length: classes }, (_, i) => String(i)) : classes;
  const n = names.length;
  return metric({
    initial: new Array<number>(n * n).fill(0),
    measure(batch, rest) {
      const { logits, targets } = classesOf("confusionMatrix", batch, rest, options);
      if (logits.shape[1] !== n) throw wrongClasses(n, `logits of ${logits.shape[1]} classes`);
      const cell = targets.mul(n).add(logits.argmax(1));
      // A target that is no class gives a cell outside of the table, which is refused below.
      const valid = logicalAnd(targets.greaterEqual(0), targets.less(n));
      const cells = where(valid, cell, -2);
      const counted = ignoreIndex === undefined ? cells : where(targets.equal(ignoreIndex), -1, cells);
      const weights = weightsOf("confusionMatrix", batch, rest, targets, options);
      return columns(weights === undefined ? [counted] : [counted, weights]);
    },
    add(totals, values, [, size]) {
      for (let i = 0; i < size!; i++) {
        const weight = values[size! + i] ?? 1;
        const cell = values[i]!;
        if (cell === -2 && weight !== 0) throw wrongClasses(n, "a target outside of them");
        if (cell >= 0) totals[cell]! += weight;
      }
    },
    compute: (totals) =>
      new ConfusionMatrix(
        names.map((_, row) => totals.slice(row * n, (row + 1) * n)),
        names,
      ),
  });
}

function wrongClasses(n: number, got: string): DataError {
  return new DataError({
    where: "confusionMatrix",
    problem: "the classes do not fit",
    rows: [
      ["expected", `${n} classes, targets from 0 to ${n - 1}`],
      ["got", got],
    ],
    fix: "pass the right number of classes, or the ignoreIndex of targets that do not count",
  });
}
