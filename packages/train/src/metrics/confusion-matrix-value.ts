/** Figures of one class. NaN where nothing was counted. */
export interface ClassScores {
  readonly name: string;
  /** Of the samples taken for this class, the share that is of it. */
  readonly precision: number;
  /** Of the samples of this class, the share taken for it. */
  readonly recall: number;
  /** Harmonic mean of both. */
  readonly f1: number;
  /** Samples of this class. */
  readonly support: number;
}

/**
 * A table of counts: `counts[target][prediction]`.
 *
 * @example
 * ```ts
 * import { ConfusionMatrix } from "@nn/train";
 *
 * const matrix = new ConfusionMatrix([[8, 2], [1, 9]], ["cat", "dog"]);
 * matrix.accuracy; // => 0.85
 * matrix.perClass[0]?.recall; // => 0.8
 * ```
 */
export class ConfusionMatrix {
  constructor(
    readonly counts: readonly (readonly number[])[],
    readonly names: readonly string[],
  ) {}

  /** Share of the samples on the diagonal. */
  get accuracy(): number {
    const right = this.counts.reduce((sum, row, i) => sum + row[i]!, 0);
    return right / this.counts.flat().reduce((sum, count) => sum + count, 0);
  }

  /** Precision, recall and F1 of each class. */
  get perClass(): readonly ClassScores[] {
    return this.names.map((name, i) => {
      const hits = this.counts[i]![i]!;
      const support = this.counts[i]!.reduce((sum, count) => sum + count, 0);
      const taken = this.counts.reduce((sum, row) => sum + row[i]!, 0);
      return { name, precision: hits / taken, recall: hits / support, f1: (2 * hits) / (taken + support), support };
    });
  }

  /** The counts with the figures of each class, for people: rows are targets, columns predictions. */
  toString(): string {
    const percent = (value: number) => (Number.isNaN(value) ? "-" : `${(100 * value).toFixed(1)}%`);
    const head = ["", ...this.names, "precision", "recall", "f1"];
    const rows = this.perClass.map(({ name, precision, recall, f1 }, i) => [
      name,
      ...this.counts[i]!.map(String),
      ...[precision, recall, f1].map(percent),
    ]);
    const table = [head, ...rows];
    const widths = head.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
    return table.map((row) => row.map((cell, i) => cell.padStart(widths[i]!)).join("  ")).join("\n");
  }
}
