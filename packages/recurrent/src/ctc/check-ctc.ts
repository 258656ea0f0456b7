import { DataError, DTypeError, describe, ShapeError, type Tensor } from "@nn/tensor";

/** The operands of the CTC loss, batch first. */
export interface CtcOperands {
  /** `(n, t, c)` */
  readonly logProbs: Tensor;
  /** `(n, s)` i32 */
  readonly targets: Tensor;
  /** `(n)` i32 */
  readonly inputLengths: Tensor;
  /** `(n)` i32 */
  readonly targetLengths: Tensor;
}

/** Throws one error with all reasons why the operands do not fit. */
export function checkCtc(operands: CtcOperands, blank: number): void {
  const { logProbs, targets, inputLengths, targetLengths } = operands;
  const [n, t, c] = logProbs.shape;
  const problems: string[] = [];
  if (logProbs.rank !== 3 || t === 0) problems.push("log-probabilities are not (n, t, c) with at least one step");
  if (targets.rank !== 2 || targets.shape[0] !== n) problems.push("targets are not (n, s)");
  if (inputLengths.rank !== 1 || inputLengths.shape[0] !== n) problems.push("input lengths are not (n)");
  if (targetLengths.rank !== 1 || targetLengths.shape[0] !== n) problems.push("target lengths are not (n)");
  const rows = Object.entries(operands).map(([name, value]) => [name, describe(value)] as const);
  if (problems.length > 0) {
    throw new ShapeError({
      where: "ctcLoss",
      problem: problems.join("; "),
      rows,
      fix: "pad targets to one length; for log-probabilities (t, n, c) say { batchFirst: false }",
    });
  }
  const integers = [targets, inputLengths, targetLengths].every(({ dtype }) => dtype === "i32");
  if (!integers || (logProbs.dtype !== "f32" && logProbs.dtype !== "f64")) {
    throw new DTypeError({
      where: "ctcLoss",
      problem: "log-probabilities must be f32 or f64, targets and lengths i32",
      rows,
      fix: 'cast them: targets.cast("i32")',
    });
  }
  if (Number.isInteger(blank) && blank >= 0 && blank < c) return;
  throw new DataError({
    where: "ctcLoss",
    problem: "blank is no class",
    rows: [...rows, ["expected", `an integer from 0 to ${c - 1}`, `got ${blank}`]],
    fix: "give the index of the blank among the classes: { blank: 0 }",
  });
}
