import type { UnaryKind } from "@nn/backend";
import { DTypeError, describe, isFloat } from "@nn/backend";
import type { Op, VjpContext } from "../core/op.js";
import { defineOp } from "../core/op.js";
import type { Tensor } from "../core/tensor.js";

type UnaryAttrs = { readonly kind: UnaryKind };

/** An elementwise op of the required `unary` kernel. `saves` says what its gradient rule reads. */
export function defineUnary(
  kind: UnaryKind,
  floatOnly: boolean,
  saves: "input" | "output" | "nothing",
  vjp: (context: VjpContext<UnaryAttrs>) => readonly (Tensor | undefined)[],
): Op<UnaryAttrs> {
  return defineOp<UnaryAttrs>({
    name: kind,
    kernel: "unary",
    infer: ([x]) => {
      if (isFloat(x!.dtype) || (!floatOnly && x!.dtype === "i32")) return x!;
      throw new DTypeError({
        where: kind,
        problem: "the dtype does not fit",
        rows: [
          ["input", describe(x!)],
          ["expected", floatOnly ? "f32 or f64" : "f32, f64 or i32", `got ${x!.dtype}`],
        ],
        fix: 'cast it first: x.cast("f32")',
      });
    },
    saves: { inputs: saves === "input" ? [0] : [], outputs: saves === "output" },
    vjp,
  });
}

/** An elementwise op that gives bool, for any dtype. */
export function definePredicate(kind: "isNaN" | "logicalNot"): Op<UnaryAttrs> {
  return defineOp<UnaryAttrs>({
    name: kind,
    kernel: "unary",
    infer: ([x]) => ({ dtype: "bool", shape: x!.shape }),
    vjp: null,
  });
}
