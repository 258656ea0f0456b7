import type { BinaryKind } from "@nn/backend";
import { broadcastShapes, DTypeError, describe, ShapeError } from "@nn/backend";
import type { Op, OutputSpec, VjpContext } from "../core/op.js";
import { defineOp } from "../core/op.js";
import { isTensor, type Tensor, type TensorLike } from "../core/tensor.js";
import { constant } from "../create/constant.js";

type BinaryAttrs = { readonly kind: BinaryKind };

/** An arithmetic op of the required `binary` kernel. `saves` says whether its gradient rule reads the inputs. */
export function defineBinary(
  kind: BinaryKind,
  saves: boolean,
  vjp: (context: VjpContext<BinaryAttrs>) => readonly (Tensor | undefined)[],
): Op<BinaryAttrs> {
  return defineOp<BinaryAttrs>({
    name: kind,
    kernel: "binary",
    broadcast: true,
    infer: ([a, b]) => {
      if (a!.dtype === "bool") throw boolError(kind, a!);
      return inferBinary(kind, a!, b!, a!.dtype);
    },
    ...(saves ? {} : { saves: { inputs: [] } }),
    vjp,
  });
}

/** A comparison or logical op: gives bool, no gradient. */
export function defineComparison(kind: BinaryKind): Op<BinaryAttrs> {
  return defineOp<BinaryAttrs>({
    name: kind,
    kernel: "binary",
    broadcast: true,
    infer: ([a, b]) => inferBinary(kind, a!, b!, "bool"),
    vjp: null,
  });
}

/** Both operands as tensors: a number becomes a constant in the other's dtype, on its backend. */
export function binaryOperands(where: string, a: TensorLike, b: TensorLike): [Tensor, Tensor] {
  if (isTensor(a)) return [a, isTensor(b) ? b : constant(b, a.dtype, a.backend)];
  if (isTensor(b)) return [constant(a, b.dtype, b.backend), b];
  throw new DTypeError({
    where,
    problem: "no operand is a tensor",
    rows: [["got", `${typeof a}, ${typeof b}`]],
    fix: "make one of them a tensor: tensor(2)",
  });
}

function inferBinary(kind: string, a: Tensor, b: Tensor, dtype: Tensor["dtype"]): OutputSpec {
  if (a.dtype !== b.dtype) {
    throw new DTypeError({
      where: kind,
      problem: "the dtypes of the operands differ",
      rows: [
        ["left", describe(a)],
        ["right", describe(b)],
      ],
      fix: `cast one of them: right.cast("${a.dtype}"); nothing is promoted silently`,
    });
  }
  const shape = broadcastShapes(a.shape, b.shape);
  if (shape === a.shape && dtype === a.dtype) return a;
  if (shape !== null) return { dtype, shape };
  throw new ShapeError({
    where: kind,
    problem: "the shapes do not broadcast",
    rows: [
      ["left", describe(a)],
      ["right", describe(b)],
      ["expected", "sizes that are equal or 1, from the last dimension on"],
    ],
    fix: "reshape or unsqueeze one of them so that the dimensions line up from the right",
  });
}

function boolError(kind: string, a: Tensor): DTypeError {
  return new DTypeError({
    where: kind,
    problem: "arithmetic on bool is not defined",
    rows: [["left", describe(a)]],
    fix: 'cast it first: mask.cast("f32"); for masks use logicalAnd, logicalOr and where',
  });
}
