import type { BinaryKind, TypedArray } from "@nn/backend";
import { larger, mod, pow, smaller } from "../math.js";

/** `z[o…] = f(x[p], y[q]), f(x[p + s], y[q + t]), …`, `n` elements. */
export type BinaryLoop = (
  x: TypedArray,
  p: number,
  s: number,
  y: TypedArray,
  q: number,
  t: number,
  z: TypedArray,
  o: number,
  n: number,
) => void;

/*
 * One written-out loop for each kind, as for unary kinds; the four that matter most take four dense elements a turn.
 * `+(a < b)` rather than `a < b ? 1 : 0`, as the engine makes a jump of the latter, which random
 * data mispredicts.
 */
export const binaryLoops: Readonly<Record<BinaryKind, BinaryLoop>> = {
  add(x, p, s, y, q, t, z, o, n) {
    let i = 0;
    if (s === 1 && t === 1) {
      for (; i < n - 3; i += 4, p += 4, q += 4) {
        z[o + i] = x[p] + y[q];
        z[o + i + 1] = x[p + 1] + y[q + 1];
        z[o + i + 2] = x[p + 2] + y[q + 2];
        z[o + i + 3] = x[p + 3] + y[q + 3];
      }
    }
    for (; i < n; i++, p += s, q += t) z[o + i] = x[p] + y[q];
  },
  sub(x, p, s, y, q, t, z, o, n) {
    let i = 0;
    if (s === 1 && t === 1) {
      for (; i < n - 3; i += 4, p += 4, q += 4) {
        z[o + i] = x[p] - y[q];
        z[o + i + 1] = x[p + 1] - y[q + 1];
        z[o + i + 2] = x[p + 2] - y[q + 2];
        z[o + i + 3] = x[p + 3] - y[q + 3];
      }
    }
    for (; i < n; i++, p += s, q += t) z[o + i] = x[p] - y[q];
  },
  mul(x, p, s, y, q, t, z, o, n) {
    let i = 0;
    if (s === 1 && t === 1) {
      for (; i < n - 3; i += 4, p += 4, q += 4) {
        z[o + i] = x[p] * y[q];
        z[o + i + 1] = x[p + 1] * y[q + 1];
        z[o + i + 2] = x[p + 2] * y[q + 2];
        z[o + i + 3] = x[p + 3] * y[q + 3];
      }
    }
    for (; i < n; i++, p += s, q += t) z[o + i] = x[p] * y[q];
  },
  div(x, p, s, y, q, t, z, o, n) {
    let i = 0;
    if (s === 1 && t === 1) {
      for (; i < n - 3; i += 4, p += 4, q += 4) {
        z[o + i] = x[p] / y[q];
        z[o + i + 1] = x[p + 1] / y[q + 1];
        z[o + i + 2] = x[p + 2] / y[q + 2];
        z[o + i + 3] = x[p + 3] / y[q + 3];
      }
    }
    for (; i < n; i++, p += s, q += t) z[o + i] = x[p] / y[q];
  },
  mod(x, p, s, y, q, t, z, o, n) {
    for (let i = 0; i < n; i++, p += s, q += t) z[o + i] = mod(x[p], y[q]);
  },
  pow(x, p, s, y, q, t, z, o, n) {
    if (t === 0 && y[q] === 2) for (let i = 0; i < n; i++, p += s) z[o + i] = x[p] * x[p];
    else for (let i = 0; i < n; i++, p += s, q += t) z[o + i] = pow(x[p], y[q]);
  },
  maximum(x, p, s, y, q, t, z, o, n) {
    for (let i = 0; i < n; i++, p += s, q += t) z[o + i] = larger(x[p], y[q]);
  },
  minimum(x, p, s, y, q, t, z, o, n) {
    for (let i = 0; i < n; i++, p += s, q += t) z[o + i] = smaller(x[p], y[q]);
  },
  atan2(x, p, s, y, q, t, z, o, n) {
    for (let i = 0; i < n; i++, p += s, q += t) z[o + i] = Math.atan2(x[p], y[q]);
  },
  equal(x, p, s, y, q, t, z, o, n) {
    for (let i = 0; i < n; i++, p += s, q += t) z[o + i] = +(x[p] === y[q]);
  },
  notEqual(x, p, s, y, q, t, z, o, n) {
    for (let i = 0; i < n; i++, p += s, q += t) z[o + i] = +(x[p] !== y[q]);
  },
  less(x, p, s, y, q, t, z, o, n) {
    for (let i = 0; i < n; i++, p += s, q += t) z[o + i] = +(x[p] < y[q]);
  },
  lessEqual(x, p, s, y, q, t, z, o, n) {
    for (let i = 0; i < n; i++, p += s, q += t) z[o + i] = +(x[p] <= y[q]);
  },
  greater(x, p, s, y, q, t, z, o, n) {
    for (let i = 0; i < n; i++, p += s, q += t) z[o + i] = +(x[p] > y[q]);
  },
  greaterEqual(x, p, s, y, q, t, z, o, n) {
    for (let i = 0; i < n; i++, p += s, q += t) z[o + i] = +(x[p] >= y[q]);
  },
  logicalAnd(x, p, s, y, q, t, z, o, n) {
    for (let i = 0; i < n; i++, p += s, q += t) z[o + i] = +(x[p] !== 0) & +(y[q] !== 0);
  },
  logicalOr(x, p, s, y, q, t, z, o, n) {
    for (let i = 0; i < n; i++, p += s, q += t) z[o + i] = +(x[p] !== 0) | +(y[q] !== 0);
  },
};
