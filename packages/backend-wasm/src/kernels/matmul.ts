import type { Operand, RequiredKernels } from "@nn/backend";
import { type Context, pointerOf } from "../context.js";
import { multiply, type Product } from "./product.js";

/** Matrix product. Transposed and strided operands are packed from where they lie. */
export function matmul(context: Context): RequiredKernels["matmul"] {
  return {
    run({ inputs: [a, b], outputs: [c] }) {
      const rank = c.shape.length;
      const [rows, columns] = c.shape.slice(-2);
      const product: Product = {
        rows,
        columns,
        depth: a.shape[rank - 1],
        count: 1,
        a: pointerOf(a),
        aStrides: [a.strides[rank - 2], a.strides[rank - 1], 0],
        b: pointerOf(b),
        bStrides: [b.strides[rank - 2], b.strides[rank - 1], 0],
        c: pointerOf(c),
        bias: 0,
        activation: 0,
      };
      if (rank === 2) multiply(context, product);
      else batches(context, product, a, b, c, rank - 3);
    },
  };
}

/** The products of dimensions up to `last`: the innermost that both operands cross in one stride go in one call. */
function batches(context: Context, product: Product, a: Operand, b: Operand, c: Operand, last: number): void {
  const aBatch = a.strides[last];
  const bBatch = b.strides[last];
  let count = c.shape[last];
  let d = last - 1;
  for (; d >= 0; d--) {
    const merges = a.strides[d] === count * aBatch && b.strides[d] === count * bBatch;
    if (c.shape[d] !== 1 && !merges) break;
    count *= c.shape[d];
  }
  const size = product.rows * product.columns;
  const visit = (dimension: number, pa: number, pb: number, pc: number): number => {
    if (dimension > d) {
      const aStrides = [product.aStrides[0], product.aStrides[1], aBatch] as const;
      const bStrides = [product.bStrides[0], product.bStrides[1], bBatch] as const;
      multiply(context, { ...product, count, a: pa, aStrides, b: pb, bStrides, c: pc });
      return pc + count * size * 4;
    }
    for (let i = 0; i < c.shape[dimension]; i++) {
      pc = visit(dimension + 1, pa + i * a.strides[dimension] * 4, pb + i * b.strides[dimension] * 4, pc);
    }
    return pc;
  };
  visit(0, product.a, product.b, product.c);
}
