import { defineOp, type Op, type Tensor, where } from "@nn/tensor";
import { softmax, softmaxGradient } from "../softmax.js";

// Not -Infinity: a row with nothing to look at must not become NaN on the way.
const never = -1e30;

/** `[scores (…, s), allowed bool]` → softmax over the last axis among what is allowed; a row of nothing gives zeros. */
const op: Op = defineOp({
  name: "maskedSoftmax",
  infer: ([scores]) => scores,
  composed: ([scores, allowed]) => where(allowed, softmax(where(allowed, scores, never)), 0),
  saves: { inputs: [], outputs: true },
  // What is masked has y = 0, and so no gradient.
  vjp: ({ g, outputs: [y] }) => [softmaxGradient(g, y, -1), undefined],
});

/** Softmax over the last axis, among what is allowed; `allowed` broadcasts to the scores. */
export function maskedSoftmax(scores: Tensor, allowed: Tensor | undefined, owner?: object): Tensor {
  return allowed === undefined ? softmax(scores) : op.call([scores, allowed], undefined, { owner });
}
