import { defineElementwise, describe, ShapeError, type Tensor } from "@nn/tensor";
import { ownedBy } from "../owned-by.js";
import { checkPair } from "./check-pair.js";
import { checkReduction, type LossOptions, reduceLoss } from "./reduction.js";

const squares = defineElementwise({ name: "diceLoss", body: ([a, b]) => a.square().add(b.square()) });

/** Options of `diceLoss`. */
export interface DiceLossOptions extends LossOptions {
  /** Added to the overlap and to the total, so that two empty masks are equal. Default 1. */
  readonly smooth?: number;
  /** Whether the total is of squares, as in the paper on V-Net. Default false. */
  readonly squared?: boolean;
}

/**
 * `1 − (2 · overlap + smooth) / (total + smooth)` of each class of each image, for segmentation (Milletari et al., "V-Net",
 * 2016; Sudre et al., 2017). Overlap is the sum of `input · target`, total that of `input + target`.
 *
 * @param input probabilities `(n, c, …)`, as of `sigmoid` or `softmax(logits, 1)`
 * @param target from 0 to 1, of the input's shape
 * @returns with `{ reduction: "none" }` `(n, c)`
 * @throws ShapeError when the shapes differ or have no places, DTypeError when the dtypes differ.
 *
 * @example
 * ```ts
 * import { diceLoss } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * const target = tensor([[[1, 0, 1]]]);
 * await diceLoss(target, target).item(); // => 0
 * await diceLoss(tensor([[[0, 1, 0]]]), target).item(); // => 0.75
 * ```
 */
export function diceLoss(input: Tensor, target: Tensor, options: DiceLossOptions = {}): Tensor {
  const { reduction = "mean", smooth = 1, squared = false, owner } = options;
  return ownedBy(owner, () => {
    checkReduction("diceLoss", reduction);
    checkPair("diceLoss", input, target);
    if (input.rank < 3) throw rankError(input);
    const places = Array.from({ length: input.rank - 2 }, (_, i) => i + 2);
    const overlap = input.mul(target).sum(places);
    const total = squared ? squares.call([input, target]).sum(places) : input.sum(places).add(target.sum(places));
    const dice = overlap.mul(2).add(smooth).div(total.add(smooth));
    return reduceLoss(dice.neg().add(1), reduction);
  });
}

function rankError(input: Tensor): ShapeError {
  return new ShapeError({
    where: "diceLoss",
    problem: "the input has no places to sum over",
    rows: [
      ["input", describe(input)],
      ["expected", "(n, c, …)"],
    ],
    fix: "add the dimension of classes: input.unsqueeze(1), and target.unsqueeze(1)",
  });
}
