import type { ReduceKind, TypedArray } from "@nn/backend";

/** How one kind of reduction starts, takes in a row of elements, and takes in a row of many results at once. */
export interface ReduceLoops {
  readonly initial: number;
  /** Folds `n` elements into one number. */
  fold(total: number, x: TypedArray, p: number, s: number, n: number): number;
  /** Folds element i of the row into `totals[i]`. */
  merge(totals: Float64Array, x: TypedArray, p: number, s: number, n: number): void;
}

const sum: ReduceLoops = {
  initial: 0,
  // Four running sums: independent additions overlap, and errors grow with a quarter of the length. Blocks bound them.
  fold(total, x, p, s, n) {
    while (n > 0) {
      const block = n < 1024 ? n : 1024;
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      let i = 0;
      for (; i < block - 3; i += 4) {
        a += x[p];
        b += x[p + s];
        c += x[p + 2 * s];
        d += x[p + 3 * s];
        p += 4 * s;
      }
      for (; i < block; i++, p += s) a += x[p];
      total += a + b + (c + d);
      n -= block;
    }
    return total;
  },
  merge(totals, x, p, s, n) {
    for (let i = 0; i < n; i++, p += s) totals[i] += x[p];
  },
};

const prod: ReduceLoops = {
  initial: 1,
  fold(total, x, p, s, n) {
    for (let i = 0; i < n; i++, p += s) total *= x[p];
    return total;
  },
  merge(totals, x, p, s, n) {
    for (let i = 0; i < n; i++, p += s) totals[i] *= x[p];
  },
};

// A NaN is taken over and then never left, as no comparison with it holds.
const max: ReduceLoops = {
  initial: -Infinity,
  fold(total, x, p, s, n) {
    for (let i = 0; i < n; i++, p += s) {
      const v = x[p];
      if (v > total || v !== v) total = v;
    }
    return total;
  },
  merge(totals, x, p, s, n) {
    for (let i = 0; i < n; i++, p += s) {
      const v = x[p];
      if (v > totals[i] || v !== v) totals[i] = v;
    }
  },
};

const min: ReduceLoops = {
  initial: Infinity,
  fold(total, x, p, s, n) {
    for (let i = 0; i < n; i++, p += s) {
      const v = x[p];
      if (v < total || v !== v) total = v;
    }
    return total;
  },
  merge(totals, x, p, s, n) {
    for (let i = 0; i < n; i++, p += s) {
      const v = x[p];
      if (v < totals[i] || v !== v) totals[i] = v;
    }
  },
};

/** On 0 and 1, `any` is the largest and `all` the smallest. */
export const reduceLoops: Readonly<Record<ReduceKind, ReduceLoops>> = { sum, prod, max, min, any: max, all: min };
