import type { Kernel } from "@nn/backend";
import { arrayOf } from "../buffer.js";
import { gemm } from "../gemm/gemm.js";
import { Walk } from "../walk.js";

const batches = new Walk();

export const matmul: Kernel<undefined> = {
  run({ inputs, outputs }) {
    const [left, right] = inputs;
    const { shape } = outputs[0];
    const a = arrayOf(left);
    const b = arrayOf(right);
    const c = arrayOf(outputs[0]);
    const rank = shape.length;
    const m = shape[rank - 2];
    const n = shape[rank - 1];
    const k = left.shape[rank - 1];
    const ar = left.strides[rank - 2];
    const ac = left.strides[rank - 1];
    const br = right.strides[rank - 2];
    const bc = right.strides[rank - 1];
    batches.begin();
    for (let d = rank - 3; d >= 0; d--) batches.dimension(shape[d], left.strides[d], right.strides[d], 0);
    batches.end(left.offset, right.offset, 0);
    let o = 0;
    do {
      let p = batches.p0;
      let q = batches.p1;
      for (let i = 0; i < batches.length; i++, p += batches.s0, q += batches.s1, o += m * n) {
        gemm(m, n, k, a, p, ar, ac, b, q, br, bc, c, o, n, false);
      }
    } while (batches.next());
  },
};
