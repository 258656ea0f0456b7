import type { Operand, RequiredKernels } from "@nn/backend";
import { type Context, pointerOf } from "../context.js";
import { multiply, type Product } from "./product.js";

/** Matrix product. Transposed and strided operands are packed from where they lie. */
export function matmul(context: Context): RequiredKernels["matmul"] {
  return {
    run({ inputs: [a, b], outputs: [c] }) {
      const rank = c.shape.length;
      const product: Product = {
        rows: c.shape[rank - 2],
        columns: c.shape[rank - 1],
        depth: a.shape[rank - 1],
        count: 1,
        a: pointerOf(a),
        aRow: a.strides[rank - 2],
        aStep: a.strides[rank - 1],
        aBatch: 0,
        b: pointerOf(b),
        bStep: b.strides[rank - 2],
        bColumn: b.strides[rank - 1],
        bBatch: 0,
        c: pointerOf(c),
        bias: 0,
        activation: 0,
      };
      if (rank === 2) multiply(context, product);
      else multiplyBatches(context, product, a, b, c);
    },
  };
}

/** The innermost batch dimensions, as far as both operands cross them in one stride, go in one call. */
function multiplyBatches(context: Context, product: Product, a: Operand, b: Operand, c: Operand): void {
  const last = c.shape.length - 3;
  const aBatch = a.strides[last];
  const bBatch = b.strides[last];
  let count = c.shape[last];
  let outer = last;
  for (; outer > 0; outer--) {
    const d = outer - 1;
    const merges = a.strides[d] === count * aBatch && b.strides[d] === count * bBatch;
    if (c.shape[d] !== 1 && !merges) break;
    count *= c.shape[d];
  }
  const bytes = count * product.rows * product.columns * 4;
  let target = product.c;
  const visit = (d: number, left: number, right: number): void => {
    if (d === outer) {
      multiply(context, { ...product, count, a: left, aBatch, b: right, bBatch, c: target });
      target += bytes;
      return;
    }
    for (let i = 0; i < c.shape[d]; i++) visit(d + 1, left + i * a.strides[d] * 4, right + i * b.strides[d] * 4);
  };
  visit(0, product.a, product.b);
}
