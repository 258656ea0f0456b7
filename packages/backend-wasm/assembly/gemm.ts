import { multiplyAdd, splat, storeLanes } from "./simd";

/** c (m, n) = a (m, k) · b (k, n), all dense. */
export function multiply(a: usize, b: usize, c: usize, m: i32, n: i32, k: i32): void {
  const pitch = (<usize>n) << 2;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j += 4) {
      let sum = splat(0);
      let p = a;
      let q = b + ((<usize>j) << 2);
      for (let l = 0; l < k; l++, p += 4, q += pitch) sum = multiplyAdd(v128.load32_splat(p), v128.load(q), sum);
      storeLanes(c + ((<usize>j) << 2), sum, n - j);
    }
    a += (<usize>k) << 2;
    c += pitch;
  }
}
