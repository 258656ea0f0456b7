import type { Tensor } from "@nn/tensor";
import type { OpCases } from "@nn/tensor/cases";
import { l1Loss, mseLoss, type Reduction } from "../index.js";

function pairCases(op: string, loss: typeof mseLoss, element: (difference: number) => number): OpCases {
  const over = (reduction: Reduction, reduce: (values: number[]) => number[]) => ({
    name: reduction,
    inputs: [{ shape: [3, 4] }, { shape: [3, 4] }],
    run: (input: Tensor, target: Tensor) => loss(input, target, { reduction }),
    reference: (input: readonly number[], target: readonly number[]) => [
      reduce(input.map((value, i) => element(value - target[i]))),
    ],
  });
  const total = (values: number[]) => values.reduce((sum, value) => sum + value, 0);
  return {
    op,
    cases: [
      over("mean", (values) => [total(values) / values.length]),
      over("sum", (values) => [total(values)]),
      over("none", (values) => values),
    ],
    errors: [
      {
        name: "a column against a row",
        inputs: [{ shape: [4, 1] }, { shape: [4] }],
        run: (input, target) => loss(input, target),
        error: "ShapeError",
        says: [`[${op}]`, "f32 [4, 1]", "f32 [4]", "target.reshape(input.shape)"],
      },
    ],
  };
}

/** Cases of `mseLoss`. */
export const mseLossCases: OpCases = pairCases("mseLoss", mseLoss, (difference) => difference ** 2);

/** Cases of `l1Loss`. */
export const l1LossCases: OpCases = pairCases("l1Loss", l1Loss, Math.abs);
