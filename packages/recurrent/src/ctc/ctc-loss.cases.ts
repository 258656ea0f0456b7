import type { CaseInput, OpCase, OpCases } from "@nn/tensor/cases";
import { type CtcLossOptions, ctcLoss } from "../index.js";

/*
 * The reference tries every sequence of classes and adds up those that read as the target.
 */

interface Variant {
  readonly name: string;
  readonly t: number;
  readonly c: number;
  /** Padded to one length with -1, which does not count. */
  readonly targets: readonly (readonly number[])[];
  readonly inputLengths: readonly number[];
  readonly blank?: number;
}

const variants: readonly Variant[] = [
  { name: "one label", t: 3, c: 3, targets: [[1]], inputLengths: [3] },
  { name: "a repeated label", t: 4, c: 3, targets: [[1, 1]], inputLengths: [4] },
  { name: "an empty target beside another", t: 3, c: 3, targets: [[], [2, 1]], inputLengths: [3, 3] },
  { name: "only empty targets", t: 2, c: 2, targets: [[], []], inputLengths: [2, 1] },
  { name: "lengths", t: 5, c: 3, targets: [[1, 2, 1], [2], [2, 2]], inputLengths: [5, 2, 3] },
  { name: "as many steps as labels", t: 3, c: 4, targets: [[1, 2, 3]], inputLengths: [3] },
  { name: "another blank", t: 4, c: 3, targets: [[0, 1], [1]], inputLengths: [4, 3], blank: 2 },
];

function inputsOf({ t, c, targets, inputLengths }: Variant): CaseInput[] {
  const n = targets.length;
  const s = Math.max(...targets.map(({ length }) => length));
  const padded = targets.flatMap((target) => Array.from({ length: s }, (_, i) => target[i] ?? -1));
  return [
    // Not normalized: the loss and its gradient are defined all the same.
    { shape: [n, t, c], range: [-3, -0.25] },
    { shape: [n, s], dtype: "i32", values: padded },
    { shape: [n], dtype: "i32", values: inputLengths },
    { shape: [n], dtype: "i32", values: targets.map(({ length }) => length) },
  ];
}

/** Every sequence of `t` classes. */
function paths(t: number, c: number): number[][] {
  if (t === 0) return [[]];
  return paths(t - 1, c).flatMap((path) => Array.from({ length: c }, (_, k) => [...path, k]));
}

/** What a sequence of classes reads as. */
function readOf(path: readonly number[], blank: number): number[] {
  return path.filter((k, i) => k !== blank && k !== path[i - 1]);
}

/** The loss of each sequence. */
function lossesOf({ t, c, targets, inputLengths, blank = 0 }: Variant, logProbs: readonly number[]): number[] {
  return targets.map((target, row) => {
    const all = paths(inputLengths[row], c).filter((path) => `${readOf(path, blank)}` === `${target}`);
    const sums = all.map((path) => path.reduce((sum, k, step) => sum + logProbs[(row * t + step) * c + k], 0));
    return -Math.log(sums.reduce((total, sum) => total + Math.exp(sum), 0));
  });
}

function ctcCase(variant: Variant, options: CtcLossOptions, reduce: (losses: number[]) => number[], more = {}): OpCase {
  const all = { blank: variant.blank ?? 0, ...options };
  return {
    name: variant.name,
    inputs: inputsOf(variant),
    run: (logProbs, targets, inputLengths, targetLengths) =>
      ctcLoss(logProbs, targets, inputLengths, targetLengths, all),
    reference: (logProbs) => [reduce(lossesOf(variant, logProbs))],
    ...more,
  };
}

const sum = (values: readonly number[]) => values.reduce((total, x) => total + x, 0);
const tooShort: Variant = {
  name: "too short",
  t: 3,
  c: 3,
  targets: [[1, 1], [2]],
  inputLengths: [2, 3],
};
const noSteps: Variant = { name: "no steps", t: 2, c: 2, targets: [[], [1]], inputLengths: [0, 2] };

/** Cases of `ctcLoss`. */
export const ctcLossCases: OpCases = {
  op: "ctcLoss",
  cases: [
    ...variants.map((variant) => ctcCase(variant, { reduction: "none" }, (losses) => losses)),
    ctcCase({ ...variants[4], name: "sum" }, { reduction: "sum" }, (losses) => [sum(losses)]),
    ctcCase({ ...variants[4], name: "mean" }, {}, (losses) => [
      sum(losses.map((loss, i) => loss / variants[4].targets[i].length)) / losses.length,
    ]),
    ctcCase({ ...noSteps, name: "a sequence without steps" }, { reduction: "none" }, (losses) => losses),
    ctcCase(tooShort, { reduction: "none" }, (losses) => losses, { noGradient: "the loss is infinite" }),
    ctcCase({ ...tooShort, name: "too short, left out" }, { reduction: "sum", zeroInfinity: true }, ([, other]) => [
      other,
    ]),
    {
      name: "lengths and classes that do not exist",
      inputs: [
        { shape: [3, 2, 3], range: [-2, -1] },
        { shape: [3, 1], dtype: "i32", values: [1, 1, 3] },
        { shape: [3], dtype: "i32", values: [3, 2, 2] },
        { shape: [3], dtype: "i32", values: [1, 2, 1] },
      ],
      run: (logProbs, targets, inputLengths, targetLengths) =>
        ctcLoss(logProbs, targets, inputLengths, targetLengths, { reduction: "none" }),
      reference: () => [[Number.NaN, Number.NaN, Number.NaN]],
      noGradient: "the loss is NaN",
    },
    {
      name: "time first",
      inputs: [
        { shape: [3, 1, 3], range: [-2, -1] },
        { shape: [1, 1], dtype: "i32", values: [1] },
        { shape: [1], dtype: "i32", values: [3] },
        { shape: [1], dtype: "i32", values: [1] },
      ],
      run: (logProbs, targets, inputLengths, targetLengths) =>
        ctcLoss(logProbs, targets, inputLengths, targetLengths, { batchFirst: false }),
      reference: (logProbs) => [lossesOf({ name: "", t: 3, c: 3, targets: [[1]], inputLengths: [3] }, logProbs)],
    },
  ],
  errors: [
    {
      name: "lengths of another batch",
      inputs: [
        { shape: [2, 3, 4] },
        { shape: [2, 1], dtype: "i32" },
        { shape: [3], dtype: "i32" },
        { shape: [2], dtype: "i32" },
      ],
      run: (logProbs, targets, inputLengths, targetLengths) => ctcLoss(logProbs, targets, inputLengths, targetLengths),
      error: "ShapeError",
      says: ["input lengths are not (n)", "f32 [2, 3, 4]", "{ batchFirst: false }"],
    },
    {
      name: "float targets",
      inputs: [{ shape: [2, 3, 4] }, { shape: [2, 1] }, { shape: [2], dtype: "i32" }, { shape: [2], dtype: "i32" }],
      run: (logProbs, targets, inputLengths, targetLengths) => ctcLoss(logProbs, targets, inputLengths, targetLengths),
      error: "DTypeError",
      says: ["targets and lengths i32", 'targets.cast("i32")'],
    },
    {
      name: "a blank that is no class",
      inputs: [
        { shape: [2, 3, 4] },
        { shape: [2, 1], dtype: "i32" },
        { shape: [2], dtype: "i32" },
        { shape: [2], dtype: "i32" },
      ],
      run: (logProbs, targets, inputLengths, targetLengths) =>
        ctcLoss(logProbs, targets, inputLengths, targetLengths, { blank: 4 }),
      error: "DataError",
      says: ["blank is no class", "from 0 to 3"],
    },
  ],
};
