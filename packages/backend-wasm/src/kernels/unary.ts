import type { Operand, RequiredKernels, UnaryKind } from "@nn/backend";
import { type Context, densified, pointerOf, release, widthOf } from "../context.js";

/** Codes of assembly/unary.ts, by the operand's dtype. */
const floatCodes: Readonly<Record<UnaryKind, number>> = {
  neg: 0,
  abs: 1,
  sign: 2,
  square: 3,
  sqrt: 4,
  rsqrt: 5,
  reciprocal: 6,
  exp: 7,
  expm1: 8,
  log: 9,
  log1p: 10,
  sin: 11,
  cos: 12,
  tanh: 13,
  sigmoid: 14,
  softplus: 15,
  erf: 16,
  relu: 17,
  floor: 18,
  ceil: 19,
  round: 20,
  logicalNot: 64,
  isNaN: 65,
};
const integerCodes: Readonly<Partial<Record<UnaryKind, number>>> = {
  neg: 32,
  abs: 33,
  sign: 34,
  square: 35,
  relu: 36,
  logicalNot: 66,
};

export function unary(context: Context): RequiredKernels["unary"] {
  const { exports, walk, heap } = context;

  /** False where the rows are neither contiguous nor of one element. */
  function start(x: Operand): boolean {
    const { shape, strides } = x;
    walk.begin();
    for (let d = shape.length - 1; d >= 0; d--) walk.add(shape[d], strides[d], 0, 0);
    return walk.rowA === 1 || walk.rowA === 0;
  }

  return {
    run({ inputs, outputs, attrs: { kind } }) {
      const input = inputs[0];
      const z = outputs[0];
      if (kind === "isNaN" && input.dtype !== "f32") {
        const pointer = pointerOf(z);
        heap.u8.fill(0, pointer, pointer + z.shape.reduce((n, d) => n * d, 1));
        return;
      }
      const x = start(input) ? input : densified(context, input);
      if (x !== input) start(x);
      const code = x.dtype === "f32" ? floatCodes[kind] : x.dtype === "i32" ? integerCodes[kind]! : 67;
      const width = widthOf(x);
      if (walk.dimensions > 1) walk.publish(width, 0, 0);
      exports.unary(code, pointerOf(x), walk.rowA * width, pointerOf(z), walk.dimensions, walk.length);
      release(context, x, input);
    },
  };
}
