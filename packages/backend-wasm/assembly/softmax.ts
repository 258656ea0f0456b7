// Softmax and its logarithm over dense rows.
import { argument, parallelFor, setArgument } from "./parallel";
import { splat, storeLanes } from "./simd";
import { keptExponentials, largest, scale, sumOfExponentials } from "./softmax-rows";

function softmaxRows(from: i32, to: i32, _thread: i32): void {
  const n = argument(2);
  const pitch = <usize>n << 2;
  for (let i = from; i < to; i++) {
    const x = <usize>argument(0) + <usize>i * pitch;
    const z = <usize>argument(1) + <usize>i * pitch;
    scale(z, n, <f32>(1 / keptExponentials(x, z, n, largest(x, n))));
  }
}
export function softmax(x: usize, z: usize, rows: i32, n: i32): void {
  setArgument(0, <i32>x);
  setArgument(1, <i32>z);
  setArgument(2, n);
  parallelFor(softmaxRows, rows, 1, <i64>rows * n >= 8192);
}

function logSoftmaxRows(from: i32, to: i32, _thread: i32): void {
  const n = argument(2);
  const pitch = <usize>n << 2;
  for (let i = from; i < to; i++) {
    let x = <usize>argument(0) + <usize>i * pitch;
    let z = <usize>argument(1) + <usize>i * pitch;
    const top = largest(x, n);
    const shift = splat(top);
    const log = splat(<f32>Math.log(sumOfExponentials(x, n, top)));
    // In this order, so that a large common offset costs no digits.
    let m = n;
    for (; m >= 4; m -= 4, x += 16, z += 16) v128.store(z, f32x4.sub(f32x4.sub(v128.load(x), shift), log));
    if (m > 0) storeLanes(z, f32x4.sub(f32x4.sub(v128.load(x), shift), log), m);
  }
}
export function logSoftmax(x: usize, z: usize, rows: i32, n: i32): void {
  setArgument(0, <i32>x);
  setArgument(1, <i32>z);
  setArgument(2, n);
  parallelFor(logSoftmaxRows, rows, 1, <i64>rows * n >= 8192);
}
