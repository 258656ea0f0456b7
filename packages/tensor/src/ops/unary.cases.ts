import type { OpCases } from "../cases.js";
import type { Tensor } from "../core/tensor.js";
import { abs } from "./abs.js";
import { ceil } from "./ceil.js";
import { cos } from "./cos.js";
import { erf } from "./erf.js";
import { exp } from "./exp.js";
import { expm1 } from "./expm1.js";
import { floor } from "./floor.js";
import { log } from "./log.js";
import { log1p } from "./log1p.js";
import { neg } from "./neg.js";
import { reciprocal } from "./reciprocal.js";
import { relu } from "./relu.js";
import { round } from "./round.js";
import { rsqrt } from "./rsqrt.js";
import { sigmoid } from "./sigmoid.js";
import { sign } from "./sign.js";
import { sin } from "./sin.js";
import { softplus } from "./softplus.js";
import { sqrt } from "./sqrt.js";
import { square } from "./square.js";
import { tanh } from "./tanh.js";

interface Kind {
  readonly run: (x: Tensor) => Tensor;
  readonly reference: (x: number) => number;
  /** Where it is smooth. Default [-2, 2). */
  readonly range?: readonly [number, number];
  /** Takes i32 too. */
  readonly integers?: boolean;
}

const kinds: Readonly<Record<string, Kind>> = {
  neg: { run: neg, reference: (x) => -x, integers: true },
  abs: { run: abs, reference: Math.abs, integers: true },
  sign: { run: sign, reference: Math.sign, integers: true },
  square: { run: square, reference: (x) => x * x, integers: true },
  sqrt: { run: sqrt, reference: Math.sqrt, range: [0.1, 4] },
  rsqrt: { run: rsqrt, reference: (x) => 1 / Math.sqrt(x), range: [0.2, 4] },
  reciprocal: { run: reciprocal, reference: (x) => 1 / x, range: [0.25, 3] },
  exp: { run: exp, reference: Math.exp },
  expm1: { run: expm1, reference: Math.expm1 },
  log: { run: log, reference: Math.log, range: [0.1, 4] },
  log1p: { run: log1p, reference: Math.log1p, range: [-0.8, 3] },
  sin: { run: sin, reference: Math.sin, range: [-4, 4] },
  cos: { run: cos, reference: Math.cos, range: [-4, 4] },
  tanh: { run: tanh, reference: Math.tanh, range: [-4, 4] },
  sigmoid: { run: sigmoid, reference: (x) => 1 / (1 + Math.exp(-x)), range: [-5, 5] },
  softplus: { run: softplus, reference: (x) => Math.log(1 + Math.exp(x)), range: [-5, 5] },
  erf: { run: erf, reference: erfSeries },
  relu: { run: relu, reference: (x) => (x > 0 ? x : 0), integers: true },
  floor: { run: floor, reference: Math.floor },
  ceil: { run: ceil, reference: Math.ceil },
  round: { run: round, reference: halfToEven },
};

const special = [Number.NaN, Infinity, -Infinity, 0, 1, -1];

/** All elementwise ops of one float operand. */
export const unaryCases: readonly OpCases[] = Object.entries(kinds).map(([op, kind]): OpCases => {
  const { run, range = [-2, 2], integers = false } = kind;
  const reference = (x: readonly number[]) => [x.map(kind.reference)];
  return {
    op,
    cases: [
      { name: "matrix", inputs: [{ shape: [3, 7], range }], run, reference },
      { name: "scalar", inputs: [{ shape: [], range }], run, reference },
      { name: "four axes", inputs: [{ shape: [2, 3, 2, 5], range }], run, reference },
      { name: "empty", inputs: [{ shape: [0, 3] }], run },
      {
        name: "NaN, infinities and whole numbers",
        inputs: [{ shape: [special.length], values: special }],
        run,
        noGradient: "kinks and poles; goldens have the conventions",
      },
      ...(integers
        ? [{ name: "i32", inputs: [{ shape: [3, 4], dtype: "i32", range: [-9, 9] } as const], run, reference }]
        : []),
    ],
    errors: [
      {
        name: "bool",
        inputs: [{ shape: [2], dtype: "bool" }],
        run,
        error: "DTypeError",
        says: [`[${op}]`, "bool [2]", integers ? "f32, f64 or i32" : "f32 or f64", "fix", "cast"],
      },
      ...(integers
        ? []
        : [
            {
              name: "i32",
              inputs: [{ shape: [2], dtype: "i32" } as const],
              run,
              error: "DTypeError" as const,
              says: [`[${op}]`, "i32 [2]", "f32 or f64", 'x.cast("f32")'],
            },
          ]),
    ],
  };
});

function halfToEven(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

/** The Maclaurin series: exact enough up to 2. */
function erfSeries(x: number): number {
  let sum = 0;
  let term = x;
  for (let n = 0; n < 60; n++) {
    sum += term / (2 * n + 1);
    term *= (-x * x) / (n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
