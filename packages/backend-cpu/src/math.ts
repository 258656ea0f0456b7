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

/** Error function, below one unit of the last place in f64: the rational approximations of FreeBSD's msun. */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (!(a < 6)) return a !== a ? x : Math.sign(x);
  if (a < 0.84375) {
    const z = x * x;
    return x + x * (horner(z, pp) / horner(z, qq));
  }
  if (a < 1.25) {
    const s = a - 1;
    const y = 8.45062911510467529297e-1 + horner(s, pa) / horner(s, qa);
    return x < 0 ? -y : y;
  }
  const s = 1 / (a * a);
  const near = a < 1 / 0.35;
  const y = 1 - Math.exp(-a * a - 0.5625 + horner(s, near ? ra : rb) / horner(s, near ? sa : sb)) / a;
  return x < 0 ? -y : y;
}

/** A polynomial, lowest coefficient first. */
function horner(x: number, coefficients: readonly number[]): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + coefficients[i];
  return sum;
}

// prettier-ignore
const pp = [1.28379167095512558561e-1, -3.25042107247001499370e-1, -2.84817495755985104766e-2, -5.77027029648944159157e-3, -2.37630166566501626084e-5];
// prettier-ignore
const qq = [1, 3.97917223959155352819e-1, 6.50222499887672944485e-2, 5.08130628187576562776e-3, 1.32494738004321644526e-4, -3.96022827877536812320e-6];
// prettier-ignore
const pa = [-2.36211856075265944077e-3, 4.14856118683748331666e-1, -3.72207876035701323847e-1, 3.18346619901161753674e-1, -1.10894694282396677476e-1, 3.54783043256182359371e-2, -2.16637559486879084300e-3];
// prettier-ignore
const qa = [1, 1.06420880400844228286e-1, 5.40397917702171048937e-1, 7.18286544141962662868e-2, 1.26171219808761642112e-1, 1.36370839120290507362e-2, 1.19844998467991074170e-2];
// prettier-ignore
const ra = [-9.86494403484714822705e-3, -6.93858572707181764372e-1, -1.05586262253232909814e1, -6.23753324503260060396e1, -1.62396669462573470355e2, -1.84605092906711035994e2, -8.12874355063065934246e1, -9.81432934416914548592];
// prettier-ignore
const sa = [1, 1.96512716674392571292e1, 1.37657754143519042600e2, 4.34565877475229228821e2, 6.45387271733267880336e2, 4.29008140027567833386e2, 1.08635005541779435134e2, 6.57024977031928170135, -6.04244152148580987438e-2];
// prettier-ignore
const rb = [-9.86494292470009928597e-3, -7.99283237680523006574e-1, -1.77579549177547519889e1, -1.60636384855821916062e2, -6.37566443368389627722e2, -1.02509513161107724954e3, -4.83519191608651397019e2];
// prettier-ignore
const sb = [1, 3.03380607434824582924e1, 3.25792512996573918826e2, 1.53672958608443695994e3, 3.19985821950859553908e3, 2.55305040643316442583e3, 4.74528541206955367215e2, -2.24409524465858183362e1];
