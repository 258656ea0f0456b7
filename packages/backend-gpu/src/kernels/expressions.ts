import type { BinaryKind, ReduceKind, UnaryKind } from "@nn/backend";

/*
 * Bodies of the scalar functions in gpu.js's language. They read `x` (and `y`) and leave the result in `r`, which
 * starts as `x`. What shading languages leave open is written out: NaN, infinities, 0 in log and pow, a negative base,
 * ties of round, and every function for which they allow more than some units in the last place (sin, cos: 2**-11;
 * atan2: 4096 ulp; tanh near 0). `nan` and `infinity` come as arguments: the languages have no literals for them.
 */

const abs = "Math.abs(x)";
/** NaN in, NaN out: built-in functions may give anything. */
const keepNaN = "if(notANumber(x)>0.5){r=x;}";
const exp = "r=Math.exp(x);if(x>88.8){r=infinity;}if(x<-104.0){r=0.0;}";
const sine = (quarters: string) => `r=sine(x,${quarters});if(${abs}===infinity){r=nan;}`;

export const unaryBodies: Readonly<Record<UnaryKind, string>> = {
  neg: "r=-x;",
  abs: `r=${abs};`,
  sign: "if(x>0){r=1.0;}if(x<0){r=-1.0;}",
  square: "r=x*x;",
  sqrt: `r=Math.sqrt(x);if(x<0){r=nan;}${keepNaN}`,
  rsqrt: `r=1.0/Math.sqrt(x);if(x<0){r=nan;}if(x===0){r=infinity;}${keepNaN}`,
  reciprocal: "r=1.0/x;",
  exp: `${exp}${keepNaN}`,
  expm1: `${exp}r=r-1.0;if(${abs}<0.35){${series("x", ["1/2", "1/6", "1/24", "1/120", "1/720", "1/5040"])}}${keepNaN}`,
  log: `r=Math.log(x);if(x===0){r=-infinity;}if(x<0){r=nan;}${keepNaN}`,
  log1p: `const u=1.0+x;r=Math.log(u);if(u===0){r=-infinity;}if(u<0){r=nan;}
    if(${abs}<0.05){${series("x", ["-1/2", "1/3", "-1/4", "1/5", "-1/6"])}}${keepNaN}`,
  sin: `${sine("0.0")}${keepNaN}`,
  cos: `${sine("1.0")}${keepNaN}`,
  tanh: `const e=Math.exp(-2.0*${abs});r=(1.0-e)/(1.0+e);const q=x*x;
    if(${abs}<0.15){r=${abs}*(1.0-q*(0.33333333-q*(0.13333333-q*0.05396825)));}if(x<0){r=-r;}${keepNaN}`,
  sigmoid: `const e=Math.exp(-${abs});r=1.0/(1.0+e);if(x<0){r=e/(1.0+e);}${keepNaN}`,
  softplus: `const e=Math.exp(-${abs});r=Math.log(1.0+e);if(e<0.01){r=e*(1.0-e*(0.5-e*0.33333333));}
    if(x>0){r=r+x;}${keepNaN}`,
  // A rational function of degrees 5 and 5, and exactly 1 where f32 has nothing closer.
  erf: `const q=x*x;
    const n=((((2.0500644e-6*q+2.84882993e-4)*q+3.76567004e-3)*q+0.0527488829)*q+0.190407826)*q+1.12837915;
    const d=((((3.80914929e-5*q+1.16254669e-3)*q+0.0149693233)*q+0.114109656)*q+0.502077283)*q+1.0;
    r=x*n/d;if(x>3.92){r=1.0;}if(x<-3.92){r=-1.0;}${keepNaN}`,
  // Some compilers make the comparison alone a max, which drops NaN.
  relu: `if(x<0){r=0.0;}${keepNaN}`,
  floor: "r=Math.floor(x);",
  ceil: "r=-Math.floor(-x);",
  round: `r=Math.floor(x);const d=x-r;if(d>0.5){r=r+1.0;}
    if(d===0.5){const half=r*0.5;if(half!==Math.floor(half)){r=r+1.0;}}`,
  logicalNot: "r=0.0;if(x===0){r=1.0;}",
  isNaN: "r=notANumber(x);",
};

/** `r = x + x² (c0 + x (c1 + …))`, the start of a power series with 1 as its first coefficient. */
function series(x: string, coefficients: readonly string[]): string {
  const [first, ...rest] = coefficients.map((fraction) => {
    const [numerator, denominator] = fraction.split("/").map(Number);
    return (numerator / denominator).toFixed(9);
  });
  const inner = rest.reduceRight((sum, c) => `(${c}+${x}*${sum})`, "0.0");
  return `r=${x}+${x}*${x}*(${first}+${x}*${inner});`;
}

const flag = (condition: string) => `r=0.0;if(${condition}){r=1.0;}`;
/** Brings a remainder that rounding put beyond the divisor back to `[0, y)`. */
const wrap = "if(r*y<0){r=r+y;}if(Math.abs(r)>=Math.abs(y)){r=r-y;}";

export const binaryBodies: Readonly<Record<BinaryKind, string>> = {
  add: "r=x+y;",
  sub: "r=x-y;",
  mul: "r=x*y;",
  div: "r=x/y;",
  mod: `r=x-Math.floor(x/y)*y;${wrap}
    if(Math.abs(y)===infinity){if(${abs}<infinity){r=x;if(x*y<0){r=y;}}}`,
  pow: `r=Math.pow(${abs},y);if(x===0){r=0.0;if(y<0){r=infinity;}}if(${abs}===infinity){r=infinity;if(y<0){r=0.0;}}
    if(x<0){if(y!==Math.floor(y)){r=nan;}else{const half=y*0.5;if(half!==Math.floor(half)){r=-r;}}}
    if(notANumber(x)>0.5){r=x;}if(notANumber(y)>0.5){r=y;}
    if(y===0){r=1.0;}if(x===1){r=1.0;}if(x===-1){if(Math.abs(y)===infinity){r=1.0;}}`,
  maximum: "if(y>x){r=y;}if(notANumber(y)>0.5){r=y;}",
  minimum: "if(y<x){r=y;}if(notANumber(y)>0.5){r=y;}",
  atan2: "r=arctangent(x,y);if(notANumber(x)>0.5){r=x;}if(notANumber(y)>0.5){r=y;}",
  equal: flag("x===y"),
  notEqual: "r=1.0;if(x===y){r=0.0;}",
  less: flag("x<y"),
  lessEqual: flag("x<=y"),
  greater: flag("x>y"),
  greaterEqual: flag("x>=y"),
  logicalAnd: "r=1.0;if(x===0){r=0.0;}if(y===0){r=0.0;}",
  logicalOr: "r=1.0;if(x===0){if(y===0){r=0.0;}}",
};

/** Of `where`: `x` is the condition, `y` and `z` what it chooses from. */
export const whereBody = "r=z;if(x!==0){r=y;}";

/** Integers in f32 storage: a rounded quotient may be one too large, so it is corrected; powers are products. */
export const integerBodies: Readonly<Partial<Record<BinaryKind, string>>> = {
  div: `const n=${abs};const d=Math.abs(y);r=Math.floor(n/d);if(r*d>n){r=r-1.0;}if((r+1.0)*d<=n){r=r+1.0;}
    if(x<0){r=-r;}if(y<0){r=-r;}`,
  pow: `let base=x;let n=y;r=1.0;for(let i=0;i<25;i++){if(n>0.5){const half=Math.floor(n*0.5);
    if(n-half-half>0.5){r=r*base;}base=base*base;n=half;}}`,
};

/** Folds: `r` starts as `start` (`first` is the first element) and takes in one `x` after the other. */
export const reduceBodies: Readonly<Record<ReduceKind, { readonly start: string; readonly step: string }>> = {
  sum: { start: "0.0", step: "r=r+x;" },
  prod: { start: "1.0", step: "r=r*x;" },
  max: { start: "first", step: "if(x>r){r=x;}if(notANumber(x)>0.5){r=x;}" },
  min: { start: "first", step: "if(x<r){r=x;}if(notANumber(x)>0.5){r=x;}" },
  any: { start: "0.0", step: "if(x!==0){r=1.0;}" },
  all: { start: "1.0", step: "if(x===0){r=0.0;}" },
};

const special = { nan: Number.NaN, infinity: Number.POSITIVE_INFINITY };
const none: readonly number[] = [];
const valuesByBody = new Map<string, readonly number[]>();

/** The float arguments that a body asks for by name. */
export function specials(body: string): ("nan" | "infinity")[] {
  return (["nan", "infinity"] as const).filter((name) => new RegExp(`\\b${name}\\b`).test(body));
}

/** Their values. */
export function valuesOf(body: string): readonly number[] {
  let values = valuesByBody.get(body);
  if (values === undefined) {
    const found = specials(body);
    values = found.length === 0 ? none : found.map((name) => special[name]);
    valuesByBody.set(body, values);
  }
  return values;
}
