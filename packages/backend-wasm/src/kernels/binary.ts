import type { BinaryKind, Operand, RequiredKernels } from "@nn/backend";
import { type Context, densified, pointerOf, release, widthOf } from "../context.js";

/** Codes of assembly/binary.ts, by the operands' dtype. */
const floatCodes: Readonly<Record<BinaryKind, number>> = {
  add: 0,
  sub: 1,
  mul: 2,
  div: 3,
  maximum: 4,
  minimum: 5,
  mod: 8,
  pow: 9,
  atan2: 10,
  equal: 32,
  notEqual: 33,
  less: 34,
  lessEqual: 35,
  greater: 36,
  greaterEqual: 37,
  logicalAnd: 38,
  logicalOr: 39,
};
const integerCodes: Readonly<Record<BinaryKind, number>> = {
  add: 16,
  sub: 17,
  mul: 18,
  div: 19,
  maximum: 20,
  minimum: 21,
  mod: 24,
  pow: 25,
  atan2: 26,
  equal: 40,
  notEqual: 41,
  less: 42,
  lessEqual: 43,
  greater: 44,
  greaterEqual: 45,
  logicalAnd: 46,
  logicalOr: 47,
};
/** Bools have only the comparisons, in the same order. */
const fromIntegerToBool = 8;

export function binary(context: Context): RequiredKernels["binary"] {
  const run = pairwise(context);
  return {
    run({ inputs, outputs, attrs: { kind } }) {
      const { dtype } = inputs[0];
      const code = dtype === "f32" ? floatCodes[kind] : integerCodes[kind] + (dtype === "bool" ? fromIntegerToBool : 0);
      run(code, inputs[0], inputs[1], outputs[0]);
    },
  };
}

/** Runs a code of assembly/binary.ts over two operands of one shape. */
export function pairwise(context: Context): (code: number, a: Operand, b: Operand, z: Operand) => void {
  const { exports, walk } = context;

  function start(a: Operand, b: Operand): void {
    const { shape, strides } = a;
    const others = b.strides;
    walk.begin();
    for (let d = shape.length - 1; d >= 0; d--) walk.add(shape[d], strides[d], others[d], 0);
  }

  return (code, left, right, z) => {
    let a = left;
    let b = right;
    start(a, b);
    // Rows are contiguous or of one element; what is neither is copied first.
    const aFits = walk.rowA === 1 || walk.rowA === 0;
    const bFits = walk.rowB === 1 || walk.rowB === 0;
    if (!aFits || !bFits) {
      if (!aFits) a = densified(context, a);
      if (!bFits) b = densified(context, b);
      start(a, b);
    }
    const width = widthOf(a);
    if (walk.dimensions > 1) walk.publish(width, width, 0);
    const { rowA, rowB, dimensions, length } = walk;
    exports.binary(code, pointerOf(a), rowA * width, pointerOf(b), rowB * width, pointerOf(z), dimensions, length);
    release(context, a, left);
    release(context, b, right);
  };
}
