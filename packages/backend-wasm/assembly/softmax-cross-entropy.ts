// Cross-entropy of dense rows of logits and its gradient.
import { argument, parallelFor, setArgument } from "./parallel";
import { keptExponentials, largest, scale, sumOfExponentials } from "./softmax-rows";

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
/** log Σ e^x − x[target], row by row. `step`: bytes from one target to the next. */
export function softmaxCrossEntropy(x: usize, target: usize, step: i32, z: usize, rows: i32, n: i32): void {
  setArgument(0, <i32>x);
  setArgument(1, <i32>target);
  setArgument(2, step);
  setArgument(3, <i32>z);
  setArgument(4, n);
  parallelFor(lossRows, rows, 1, <i64>rows * n >= 8192);
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
  parallelFor(lossGradientRows, rows, 1, <i64>rows * n >= 8192);
}
