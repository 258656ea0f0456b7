// What all normalizations add to a variance, as the argument in f32 of the call that runs.
const epsilon: usize = memory.data(4, 4);

export function setEpsilon(eps: f32): void {
  store<f32>(epsilon, eps);
}
/** 1 / √(variance + eps) */
// @ts-ignore: decorator
@inline export function inverseRoot(variance: f32): f64 {
  return 1 / sqrt<f64>(<f64>variance + load<f32>(epsilon));
}
