import type { TypedArray, UnaryKind } from "@nn/backend";
import { erf } from "../erf.js";
import { exp, relu, round, sigmoid, softplus, tanh } from "../math.js";

/** `z[o…] = f(x[p], x[p + s], …)`, `n` elements. */
export type UnaryLoop = (x: TypedArray, p: number, s: number, z: TypedArray, o: number, n: number) => void;

/*
 * One written-out loop for each kind: a function passed into a shared loop would be called for every element.
 * Comparisons of random data are turned into arithmetic, because a jump that cannot be predicted costs five nanoseconds.
 */
export const unaryLoops: Readonly<Record<UnaryKind, UnaryLoop>> = {
  neg(x, p, s, z, o, n) {
    for (let i = 0; i < n; i++, p += s) z[o + i] = -x[p];
  },
  abs(x, p, s, z, o, n) {
    for (let i = 0; i < n; i++, p += s) z[o + i] = Math.abs(x[p]);
  },
  sign(x, p, s, z, o, n) {
    for (let i = 0; i < n; i++, p += s) z[o + i] = Math.sign(x[p]);
  },
  square(x, p, s, z, o, n) {
    for (let i = 0; i < n; i++, p += s) z[o + i] = x[p] * x[p];
  },
  sqrt(x, p, s, z, o, n) {
    for (let i = 0; i < n; i++, p += s) z[o + i] = Math.sqrt(x[p]);
  },
  rsqrt(x, p, s, z, o, n) {
    for (let i = 0; i < n; i++, p += s) z[o + i] = 1 / Math.sqrt(x[p]);
  },
  reciprocal(x, p, s, z, o, n) {
    for (let i = 0; i < n; i++, p += s) z[o + i] = 1 / x[p];
  },
  exp(x, p, s, z, o, n) {
    for (let i = 0; i < n; i++, p += s) z[o + i] = exp(x[p]);
  },
  expm1(x, p, s, z, o, n) {
    for (let i = 0; i < n; i++, p += s) z[o + i] = Math.expm1(x[p]);
  },
  log(x, p, s, z, o, n) {
    for (let i = 0; i < n; i++, p += s) z[o + i] = Math.log(x[p]);
  },
  log1p(x, p, s, z, o, n) {
    for (let i = 0; i < n; i++, p += s) z[o + i] = Math.log1p(x[p]);
  },
  sin(x, p, s, z, o, n) {
    for (let i = 0; i < n; i++, p += s) z[o + i] = Math.sin(x[p]);
  },
  cos(x, p, s, z, o, n) {
    for (let i = 0; i < n; i++, p += s) z[o + i] = Math.cos(x[p]);
  },
  tanh(x, p, s, z, o, n) {
    if (z instanceof Float64Array) for (let i = 0; i < n; i++, p += s) z[o + i] = Math.tanh(x[p]);
    else for (let i = 0; i < n; i++, p += s) z[o + i] = tanh(x[p]);
  },
  sigmoid(x, p, s, z, o, n) {
    for (let i = 0; i < n; i++, p += s) z[o + i] = sigmoid(x[p]);
  },
  softplus(x, p, s, z, o, n) {
    for (let i = 0; i < n; i++, p += s) z[o + i] = softplus(x[p]);
  },
  erf(x, p, s, z, o, n) {
    for (let i = 0; i < n; i++, p += s) z[o + i] = erf(x[p]);
  },
  relu(x, p, s, z, o, n) {
    let i = 0;
    if (s === 1) {
      for (; i < n - 3; i += 4, p += 4) {
        z[o + i] = relu(x[p]);
        z[o + i + 1] = relu(x[p + 1]);
        z[o + i + 2] = relu(x[p + 2]);
        z[o + i + 3] = relu(x[p + 3]);
      }
    }
    for (; i < n; i++, p += s) z[o + i] = relu(x[p]);
  },
  floor(x, p, s, z, o, n) {
    for (let i = 0; i < n; i++, p += s) z[o + i] = Math.floor(x[p]);
  },
  ceil(x, p, s, z, o, n) {
    for (let i = 0; i < n; i++, p += s) z[o + i] = Math.ceil(x[p]);
  },
  round(x, p, s, z, o, n) {
    for (let i = 0; i < n; i++, p += s) z[o + i] = round(x[p]);
  },
  logicalNot(x, p, s, z, o, n) {
    for (let i = 0; i < n; i++, p += s) z[o + i] = +(x[p] === 0);
  },
  isNaN(x, p, s, z, o, n) {
    for (let i = 0; i < n; i++, p += s) z[o + i] = +(x[p] !== x[p]);
  },
};
