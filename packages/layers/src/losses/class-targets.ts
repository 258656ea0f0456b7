import { DTypeError, describe, gather, type Shape, ShapeError, type Tensor, where } from "@nn/tensor";
import type { LossOptions, Reduction } from "./reduction.js";

/** Options of the losses over classes. */
export interface ClassLossOptions extends LossOptions {
  /** Weight of each class, `(c)`, in the dtype of the input. */
  readonly weight?: Tensor;
  /** Targets of this value do not count: their loss and gradient are 0. Default -100. */
  readonly ignoreIndex?: number;
}

/** Throws unless `target` holds a class for every row of `(n, c, …)`, and the weight one number for each class. */
export function checkClasses(name: string, input: Tensor, target: Tensor, weight: Tensor | undefined): void {
  const rows: [string, string, string][] = [
    ["input", describe(input), input.rank > 2 ? "n c …" : "n c"],
    ["target", describe(target), input.rank > 2 ? "n …" : "n"],
  ];
  if (target.dtype !== "i32") {
    throw new DTypeError({
      where: name,
      problem: "class targets must be i32",
      rows,
      fix: 'target.cast("i32")',
    });
  }
  const expected = withoutClasses(input);
  if (input.rank < 2 || !sameShape(expected, target.shape)) {
    throw new ShapeError({
      where: name,
      problem: "the target does not match the input",
      rows: [...rows, ["expected", input.rank < 2 ? "an input (n, c)" : `a target [${expected.join(", ")}]`, ""]],
      fix: input.rank < 2 ? "add the batch dimension: input.unsqueeze(0)" : "give one class for each row of the input",
    });
  }
  checkClassWeight(name, input, weight);
}

/** Throws unless the weight has one number for each class, in the input's dtype. */
export function checkClassWeight(name: string, input: Tensor, weight: Tensor | undefined): void {
  if (weight === undefined) return;
  if (weight.dtype === input.dtype && sameShape(weight.shape, [input.shape[1]])) return;
  throw new ShapeError({
    where: name,
    problem: "the class weights do not fit",
    rows: [
      ["input", describe(input), "n c …"],
      ["weight", describe(weight)],
      ["expected", `${input.dtype} [${input.shape[1]}]`],
    ],
    fix: "give one weight for each class, in the dtype of the input",
  });
}

/**
 * The loss of hard targets from log-probabilities: each element is minus its log-probability times its class weight,
 * and the mean divides by the weights that counted.
 *
 * @param smooth what label smoothing adds to each element, before ignored ones are dropped
 */
export function nllOf(
  logProbabilities: Tensor,
  target: Tensor,
  options: { reduction: Reduction; ignoreIndex: number; weight: Tensor | undefined },
  smoothing?: { part: number; loss: Tensor },
): Tensor {
  const { reduction, ignoreIndex, weight } = options;
  const counted = target.notEqual(ignoreIndex);
  const known = where(counted, target, 0);
  let loss = gather(logProbabilities, 1, known.unsqueeze(1)).squeeze(1).neg();
  const weights = weight === undefined ? undefined : gather(weight, 0, known.flatten()).reshape(known.shape);
  if (weights !== undefined) loss = loss.mul(weights);
  if (smoothing !== undefined) loss = loss.mul(1 - smoothing.part).add(smoothing.loss.mul(smoothing.part));
  return reduceCounted(loss, counted, reduction, weights);
}

/** Sets what does not count to 0, and reduces; the mean is over what counts. */
export function reduceCounted(loss: Tensor, counted: Tensor, reduction: Reduction, weights?: Tensor): Tensor {
  const masked = where(counted, loss, 0);
  if (reduction === "none") return masked;
  const total = masked.sum();
  if (reduction === "sum") return total;
  return total.div(weights === undefined ? counted.cast(loss.dtype).sum() : where(counted, weights, 0).sum());
}

/** `(n, …)` of `(n, c, …)`. */
export function withoutClasses(input: Tensor): number[] {
  return input.shape.filter((_: number, axis: number) => axis !== 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((d, i) => d === b[i]);
}
