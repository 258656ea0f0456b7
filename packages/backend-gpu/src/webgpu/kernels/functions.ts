import type { FusedActivation } from "@nn/backend";

/*
 * Functions in WGSL for what its own leave open: they may make anything of NaN, `tanh` may be far off near 0 and
 * overflow, and comparisons may be compiled as if there were no NaN.
 */

/** `isNaN(x)`: by the bits, because a compiler may take `x != x` for false. */
export const isNaN = `fn isNaN(x : f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
`;

/** `exponential(x)` of x from minus infinity to 0, and `logarithm(x)` of x above 0; both keep NaN. */
export const exponentials = `${isNaN}fn exponential(x : f32) -> f32 { return select(exp(x), x, isNaN(x)); }
fn logarithm(x : f32) -> f32 { return select(log(x), x, isNaN(x)); }
`;

/** `sigmoid(x)` and `hyperbolic(x)`, which is tanh. */
export const squashing = `${isNaN}fn sigmoid(x : f32) -> f32 {
  let e = exp(-abs(x));
  return select(select(1.0 / (1.0 + e), e / (1.0 + e), x < 0.0), x, isNaN(x));
}
fn hyperbolic(x : f32) -> f32 {
  let e = exp(-2.0 * abs(x));
  let q = x * x;
  let near = abs(x) * (1.0 - q * (0.33333333 - q * (0.13333333 - q * 0.05396825)));
  let y = select((1.0 - e) / (1.0 + e), near, abs(x) < 0.15);
  return select(select(y, -y, x < 0.0), x, isNaN(x));
}
`;

/** `activate(x)`. */
export const activations: Readonly<Record<FusedActivation, string>> = {
  none: "fn activate(x : f32) -> f32 { return x; }\n",
  relu: `${isNaN}fn activate(x : f32) -> f32 { return select(select(x, 0.0, x < 0.0), x, isNaN(x)); }\n`,
  tanh: `${squashing}fn activate(x : f32) -> f32 { return hyperbolic(x); }\n`,
  sigmoid: `${squashing}fn activate(x : f32) -> f32 { return sigmoid(x); }\n`,
};

/**
 * `name(value, thread)`: what all threads of a workgroup have, added up (or whatever `join(a, b)` does), in a tree
 * and so always in the same order. A power of two threads; all must call it.
 */
export function combiner(name: string, threads: number, join: (a: string, b: string) => string): string {
  if (threads === 1) return `fn ${name}(value : f32, thread : u32) -> f32 { return value; }\n`;
  return `var<workgroup> ${name}Parts : array<f32, ${threads}>;
fn ${name}(value : f32, thread : u32) -> f32 {
  workgroupBarrier();
  ${name}Parts[thread] = value;
  workgroupBarrier();
  for (var half = ${threads / 2}u; half > 0u; half /= 2u) {
    if (thread < half) { ${name}Parts[thread] = ${join(`${name}Parts[thread]`, `${name}Parts[thread + half]`)}; }
    workgroupBarrier();
  }
  return ${name}Parts[0];
}
`;
}

export const add = (a: string, b: string): string => `${a} + ${b}`;
