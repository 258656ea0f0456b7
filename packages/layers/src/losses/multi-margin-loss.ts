import { DataError, gather, relu, requireFloat, ShapeError, type Tensor } from "@nn/tensor";
import { rowsOf } from "../checks.js";
import { ownedBy } from "../owned-by.js";
import { checkClasses } from "./class-targets.js";
import type { MarginLossOptions } from "./margin-ranking-loss.js";
import { checkReduction, reduceLoss } from "./reduction.js";

/** Options of `multiMarginLoss`. */
export interface MultiMarginLossOptions extends MarginLossOptions {
  /** 1 (default), or 2 for squared hinges. */
  readonly p?: 1 | 2;
}

/**
 * The hinge loss of classes: `max(0, margin − right + other)^p` over all other classes, divided by their number c
 * (torch.nn.functional.multi_margin_loss; Crammer and Singer, 2001). A class that does not exist gives NaN.
 *
 * @param input scores `(n, c)`
 * @param target i32 `(n)`
 * @param options.margin default 1
 * @throws ShapeError, DTypeError; DataError for another p
 *
 * @example
 * ```ts
 * import { multiMarginLoss } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await multiMarginLoss(tensor([[2, 3]]), tensor([0], { dtype: "i32" })).item(); // => 1
 * ```
 */
export function multiMarginLoss(input: Tensor, target: Tensor, options: MultiMarginLossOptions = {}): Tensor {
  const { reduction = "mean", margin = 1, p = 1, owner } = options;
  return ownedBy(owner, () => {
    checkReduction("multiMarginLoss", reduction);
    requireFloat("multiMarginLoss", input);
    checkClasses("multiMarginLoss", input, target, undefined);
    check(input, p);
    const right = gather(input, 1, target.unsqueeze(1));
    const hinges = relu(input.sub(right.sub(margin)));
    // The right class itself adds its margin, and no gradient.
    const own = Math.max(margin, 0) ** p;
    const loss = (p === 2 ? hinges.square() : hinges).sum(1).sub(own);
    return reduceLoss(loss.mul(1 / input.shape[1]), reduction);
  });
}

function check(input: Tensor, p: number): void {
  if (input.rank !== 2) {
    throw new ShapeError({
      where: "multiMarginLoss",
      problem: "the input is no table of scores",
      rows: [...rowsOf({ input }), ["expected", "(n, c)"]],
      fix: "make rows of further dimensions with permute and reshape",
    });
  }
  if (p === 1 || p === 2) return;
  throw new DataError({
    where: "multiMarginLoss",
    problem: "p is neither 1 nor 2",
    rows: [["got", String(p)]],
    fix: "use 1 for hinges, 2 for squared hinges",
  });
}
