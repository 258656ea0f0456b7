import type { Schedule } from "./schedule.js";

/** Options of `lambdaLR` and `multiplicativeLR`. */
export interface LambdaLROptions {
  /** A factor of the learning rate, by step. */
  readonly lrLambda: (step: number) => number;
}

/**
 * The base rate times a function of the step (torch's LambdaLR).
 *
 * @example
 * ```ts
 * import { lambdaLR } from "@nn/optim";
 *
 * const schedule = lambdaLR({ lrLambda: (step) => 1 / (1 + step) });
 * [0, 1, 3].map((step) => schedule.lrAt(step, 0.5)); // => [0.5, 0.25, 0.125]
 * ```
 */
export function lambdaLR({ lrLambda }: LambdaLROptions): Schedule {
  return { name: "lambdaLR", lrAt: (step, baseLr) => baseLr * lrLambda(step) };
}

/**
 * Multiplies the learning rate every step by a function of it, from step 1 on (torch's MultiplicativeLR).
 *
 * @example
 * ```ts
 * import { multiplicativeLR } from "@nn/optim";
 *
 * const schedule = multiplicativeLR({ lrLambda: (step) => (step < 3 ? 0.5 : 1) });
 * [0, 1, 2, 3].map((step) => schedule.lrAt(step, 1)); // => [1, 0.5, 0.25, 0.25]
 * ```
 */
export function multiplicativeLR({ lrLambda }: LambdaLROptions): Schedule {
  const products = [1];
  return {
    name: "multiplicativeLR",
    lrAt(step, baseLr) {
      for (let i = products.length; i <= step; i++) products.push(products[i - 1]! * lrLambda(i));
      return baseLr * products[step]!;
    },
  };
}
