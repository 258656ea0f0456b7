/*
 * Scalar functions that the language lacks or has slower.
 */

// Adding and subtracting 1.5 · 2^52 rounds to an integer, half to even.
const rounder = 6755399441055744;

/*
 * exp(x) = 2^e · 2^(j/64) · exp(r) with |r| ≤ ln 2 / 128, where five terms reach f64. Two to three times as fast as
 * Math.exp. The tables live in a function because the engine treats only what it captures there as constants, whatever
 * a bundler does to the module.
 */
function createExp(): (x: number) => number {
  const perOctave = 64;
  const fractions = new Float64Array(perOctave).map((_, j) => 2 ** (j / perOctave));
  const powers = new Float64Array(2048).map((_, e) => 2 ** (e - 1023));
  const scale = perOctave / Math.LN2;
  // ln 2 in two parts, of which the first is exact when multiplied by k.
  const stepHigh = 6.93147180369123816e-1 / perOctave;
  const stepLow = 1.9082149292705877e-10 / perOctave;
  return (x) => {
    if (!(x > -708 && x < 709)) return Math.exp(x);
    const k = x * scale + rounder - rounder;
    const r = x - k * stepHigh - k * stepLow;
    const i = k | 0;
    const p = 1 + r * (1 + r * (0.5 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120)))));
    return powers[(i >> 6) + 1023] * (fractions[i & 63] * p);
  };
}

/** e to the power of x, within two units of the last place in f64. */
export const exp = createExp();

/** The logistic function. */
export function sigmoid(x: number): number {
  return 1 / (1 + exp(-x));
}

/** tanh with an absolute error of some 1e-16: more than enough for f32, where it is rounded right. */
export function tanh(x: number): number {
  // Near 0 the difference below would cancel. One comparison: two would be a jump on the sign.
  if (Math.abs(x) < 1e-3) return x - (x * x * x) / 3;
  return 1 - 2 / (exp(2 * x) + 1);
}

/** log(1 + exp(x)) without overflow. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/*
 * Math.max and Math.min compile to jumps, which random data mispredicts: five nanoseconds each. An index is chosen
 * without a jump.
 */
function createLarger(): (a: number, b: number) => number {
  const choice = new Float64Array(2);
  return (a, b) => {
    choice[0] = a;
    choice[1] = b;
    return choice[+!(b <= a) & +(a === a)];
  };
}

/** The larger of two numbers, NaN if one is. */
export const larger = createLarger();

/** The smaller of two numbers, NaN if one is. */
export function smaller(a: number, b: number): number {
  return -larger(-a, -b);
}

/** The larger of x and 0, NaN for NaN, without a jump on the sign. */
export function relu(x: number): number {
  // The bound keeps minus infinity from meeting its own absolute value.
  const v = Math.max(x, -Number.MAX_VALUE);
  return v * 0.5 + Math.abs(v) * 0.5;
}

/** Rounds half to even. */
export function round(x: number): number {
  return x < 2 ** 51 && x > -(2 ** 51) ? x + rounder - rounder : x;
}

/** Remainder with the sign of the divisor. */
export function mod(a: number, b: number): number {
  const r = a % b;
  return r !== 0 && r < 0 !== b < 0 ? r + b : r;
}

/** IEEE 754 power. The language's own gives NaN for 1 and -1 to the power of infinity and 1 to the power of NaN. */
export function pow(a: number, b: number): number {
  if (a === 1 || (a === -1 && (b === Infinity || b === -Infinity))) return 1;
  return Math.pow(a, b);
}
