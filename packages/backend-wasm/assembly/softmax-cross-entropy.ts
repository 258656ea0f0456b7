// Cross-entropy of dense rows of logits and its gradient.
import { argument, parallelFor, setArgument } from "./parallel";
import { loadRows, scratch, shortLength, storeRows } from "./short-rows";
import { splat, storeLanes } from "./simd";
import { keptExponentials, largest, scale, sumOfExponentials } from "./softmax-rows";
import { keptExponentialsOfLanes, largestOfLanes, logarithmsOfLanes, scaleLanes } from "./softmax-short";

function lossRows(from: i32, to: i32, _thread: i32): void {
  const n = argument(4);
  for (let i = from; i < to; i++) {
    const x = <usize>argument(0) + <usize>i * (<usize>n << 2);
    const label = load<i32>(<usize>argument(1) + <usize>(i * argument(2)));
    const top = largest(x, n);
    const chosen: f64 = <u32>label < <u32>n ? load<f32>(x + (<usize>label << 2)) : NaN;
    store<f32>(<usize>argument(3) + (<usize>i << 2), <f32>(Math.log(sumOfExponentials(x, n, top)) + (<f64>top - chosen)));
  }
}
/** A row's element at its target. */
// @ts-ignore: decorator
@inline function chosenOf(row: i32, n: i32): f32 {
  const label = load<i32>(<usize>argument(1) + <usize>(row * argument(2)));
  return <u32>label < <u32>n ? load<f32>(<usize>argument(0) + (<usize>(row * n + label) << 2)) : NaN;
}
function lossShort(from: i32, to: i32, thread: i32): void {
  const n = argument(4);
  const t = scratch(thread);
  for (let i = from; i < to; i += 4) {
    loadRows(<usize>argument(0) + ((<usize>i * <usize>n) << 2), n, to - i, t);
    const top = largestOfLanes(t, n);
    const logs = logarithmsOfLanes(t, n, top);
    let chosen = splat(chosenOf(i, n));
    if (i + 1 < to) chosen = f32x4.replace_lane(chosen, 1, chosenOf(i + 1, n));
    if (i + 2 < to) chosen = f32x4.replace_lane(chosen, 2, chosenOf(i + 2, n));
    if (i + 3 < to) chosen = f32x4.replace_lane(chosen, 3, chosenOf(i + 3, n));
    storeLanes(<usize>argument(3) + (<usize>i << 2), f32x4.add(logs, f32x4.sub(top, chosen)), to - i);
  }
}
/** log Σ e^x − x[target], row by row. `step`: bytes from one target to the next. */
export function softmaxCrossEntropy(x: usize, target: usize, step: i32, z: usize, rows: i32, n: i32): void {
  setArgument(0, <i32>x);
  setArgument(1, <i32>target);
  setArgument(2, step);
  setArgument(3, <i32>z);
  setArgument(4, n);
  const worthIt = <i64>rows * n >= 8192;
  if (n <= shortLength) parallelFor(lossShort, rows, 4, worthIt);
  else parallelFor(lossRows, rows, 1, worthIt);
}

function lossGradientRows(from: i32, to: i32, _thread: i32): void {
  const n = argument(6);
  const pitch = <usize>n << 2;
  for (let i = from; i < to; i++) {
    const x = <usize>argument(0) + <usize>i * pitch;
    const z = <usize>argument(5) + <usize>i * pitch;
    const label = load<i32>(<usize>argument(1) + <usize>(i * argument(2)));
    const weight = load<f32>(<usize>argument(3) + <usize>(i * argument(4)));
    const top = largest(x, n);
    const factor: f64 = 1 / keptExponentials(x, z, n, top);
    if (<u32>label >= <u32>n) {
      scale(z, n, <f32>(factor * weight));
      continue;
    }
    // The target's element apart: the two parts are nearly equal for a confident row.
    const place = z + (<usize>label << 2);
    const chosen = <f32>((load<f32>(place) * factor - 1) * weight);
    scale(z, n, <f32>(factor * weight));
    store<f32>(place, chosen);
  }
}
// @ts-ignore: decorator
@inline function weightOf(row: i32): f32 {
  return load<f32>(<usize>argument(3) + <usize>(row * argument(4)));
}
/** The gradient at a row's target, from its exponential: the two parts are nearly equal for a confident row. */
// @ts-ignore: decorator
@inline function atTarget(row: i32, n: i32, lane: usize, sum: f32): f32 {
  const label = load<i32>(<usize>argument(1) + <usize>(row * argument(2)));
  if (<u32>label >= <u32>n) return 0;
  return <f32>((<f64>load<f32>(lane + (<usize>label << 4)) / sum - 1) * weightOf(row));
}
// @ts-ignore: decorator
@inline function storeAtTarget(row: i32, n: i32, value: f32): void {
  const label = load<i32>(<usize>argument(1) + <usize>(row * argument(2)));
  if (<u32>label < <u32>n) store<f32>(<usize>argument(5) + (<usize>(row * n + label) << 2), value);
}
function lossGradientShort(from: i32, to: i32, thread: i32): void {
  const n = argument(6);
  const t = scratch(thread);
  for (let i = from; i < to; i += 4) {
    loadRows(<usize>argument(0) + ((<usize>i * <usize>n) << 2), n, to - i, t);
    const sums = keptExponentialsOfLanes(t, n, largestOfLanes(t, n));
    const last = to - 1;
    const i1 = min(i + 1, last), i2 = min(i + 2, last), i3 = min(i + 3, last);
    const c0 = atTarget(i, n, t, f32x4.extract_lane(sums, 0));
    const c1 = atTarget(i1, n, t + 4, f32x4.extract_lane(sums, 1));
    const c2 = atTarget(i2, n, t + 8, f32x4.extract_lane(sums, 2));
    const c3 = atTarget(i3, n, t + 12, f32x4.extract_lane(sums, 3));
    scaleLanes(t, n, f32x4.div(f32x4(weightOf(i), weightOf(i1), weightOf(i2), weightOf(i3)), sums));
    storeRows(t, <usize>argument(5) + ((<usize>i * <usize>n) << 2), n, to - i);
    storeAtTarget(i, n, c0);
    if (i + 1 < to) storeAtTarget(i1, n, c1);
    if (i + 2 < to) storeAtTarget(i2, n, c2);
    if (i + 3 < to) storeAtTarget(i3, n, c3);
  }
}
/** (softmax − one-hot target) · g, row by row. */
export function softmaxCrossEntropyGrad(
  x: usize, target: usize, step: i32, g: usize, gStep: i32, z: usize, rows: i32, n: i32,
): void {
  setArgument(0, <i32>x);
  setArgument(1, <i32>target);
  setArgument(2, step);
  setArgument(3, <i32>g);
  setArgument(4, gStep);
  setArgument(5, <i32>z);
  setArgument(6, n);
  const worthIt = <i64>rows * n >= 8192;
  if (n <= shortLength) parallelFor(lossGradientShort, rows, 4, worthIt);
  else parallelFor(lossGradientRows, rows, 1, worthIt);
}
