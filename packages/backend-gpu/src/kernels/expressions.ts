import type { BinaryKind, ReduceKind, UnaryKind } from "@nn/backend";

/*
 * Bodies of the scalar functions in the engine's language. They read `x` (and `y`) and leave the result in `r`, which
 * starts as `x`. Written for shaders: NaN by comparisons, no negative base in pow, no reliance on how round breaks ties.
 */

const abs = "Math.abs(x)";

export const unaryBodies: Readonly<Record<UnaryKind, string>> = {
  neg: "r=-x;",
  abs: `r=${abs};`,
  sign: "if(x>0){r=1.0;}if(x<0){r=-1.0;}",
  square: "r=x*x;",
  sqrt: "r=Math.sqrt(x);",
  rsqrt: "r=1.0/Math.sqrt(x);",
  reciprocal: "r=1.0/x;",
  exp: "r=Math.exp(x);",
  expm1: `r=Math.exp(x)-1.0;if(${abs}<0.02){r=x*(1.0+x*(0.5+x*(0.16666667+x*0.041666667)));}`,
  log: "r=Math.log(x);",
  log1p: `r=Math.log(1.0+x);if(${abs}<0.01){r=x*(1.0-x*(0.5-x*(0.33333333-x*0.25)));}`,
  sin: "r=Math.sin(x);",
  cos: "r=Math.cos(x);",
  tanh: `const e=Math.exp(-2.0*${abs});r=(1.0-e)/(1.0+e);const q=x*x;
    if(${abs}<0.15){r=${abs}*(1.0-q*(0.33333333-q*(0.13333333-q*0.05396825)));}if(x<0){r=-r;}`,
  sigmoid: "r=1.0/(1.0+Math.exp(-x));",
  softplus: `r=Math.log(1.0+Math.exp(-${abs}));if(x>0){r=r+x;}`,
  // Abramowitz and Stegun 7.1.26, error 1.5e-7.
  erf: `const t=1.0/(1.0+0.3275911*${abs});
    r=1.0-((((1.061405429*t-1.453152027)*t+1.421413741)*t-0.284496736)*t+0.254829592)*t*Math.exp(-x*x);if(x<0){r=-r;}`,
  relu: "if(x<0){r=0.0;}",
  floor: "r=Math.floor(x);",
  ceil: "r=-Math.floor(-x);",
  round: `r=Math.floor(x);const d=x-r;if(d>0.5){r=r+1.0;}
    if(d===0.5){const half=r*0.5;if(half!==Math.floor(half)){r=r+1.0;}}`,
  logicalNot: "r=0.0;if(x===0){r=1.0;}",
  isNaN: "r=notANumber(x);",
};

const flag = (condition: string) => `r=0.0;if(${condition}){r=1.0;}`;

export const binaryBodies: Readonly<Record<BinaryKind, string>> = {
  add: "r=x+y;",
  sub: "r=x-y;",
  mul: "r=x*y;",
  div: "r=x/y;",
  mod: "r=x-Math.floor(x/y)*y;",
  pow: `r=Math.pow(${abs},y);if(x<0){const half=y*0.5;
    if(y!==Math.floor(y)){r=nan;}else{if(half!==Math.floor(half)){r=-r;}}}`,
  maximum: "if(y>x){r=y;}if(notANumber(y)>0.5){r=y;}",
  minimum: "if(y<x){r=y;}if(notANumber(y)>0.5){r=y;}",
  atan2: "r=Math.atan2(x,y);",
  equal: flag("x===y"),
  notEqual: "r=1.0;if(x===y){r=0.0;}",
  less: flag("x<y"),
  lessEqual: flag("x<=y"),
  greater: flag("x>y"),
  greaterEqual: flag("x>=y"),
  logicalAnd: "r=1.0;if(x===0){r=0.0;}if(y===0){r=0.0;}",
  logicalOr: "r=1.0;if(x===0){if(y===0){r=0.0;}}",
};

/** Integers in f32 storage: the rounded quotient may be one too large, so it is corrected by its product. */
export const integerBodies: Readonly<Partial<Record<BinaryKind, string>>> = {
  div: `const n=${abs};const d=Math.abs(y);r=Math.floor(n/d);if(r*d>n){r=r-1.0;}if((r+1.0)*d<=n){r=r+1.0;}
    if(x<0){r=-r;}if(y<0){r=-r;}`,
  mod: "r=x-Math.floor(x/y)*y;if(r*y<0){r=r+y;}if(Math.abs(r)>=Math.abs(y)){r=r-y;}",
  pow: `r=Math.floor(Math.pow(${abs},y)+0.5);if(x<0){const half=y*0.5;if(half!==Math.floor(half)){r=-r;}}`,
};

/** Folds: `r` starts as `start` (or as the first element) and takes in one `x` after the other. */
export const reduceBodies: Readonly<Record<ReduceKind, { readonly start: string; readonly step: string }>> = {
  sum: { start: "0.0", step: "r=r+x;" },
  prod: { start: "1.0", step: "r=r*x;" },
  max: { start: "a[base]", step: "if(x>r){r=x;}if(notANumber(x)>0.5){r=x;}" },
  min: { start: "a[base]", step: "if(x<r){r=x;}if(notANumber(x)>0.5){r=x;}" },
  any: { start: "0.0", step: "if(x!==0){r=1.0;}" },
  all: { start: "1.0", step: "if(x===0){r=0.0;}" },
};
