// What follows a product: bias and activation, once per element, after the last block of depth, while the block of the
// result is in the cache.
import { sigmoid, tanh } from "./math";
import { splat, storeLanes } from "./simd";

// @ts-ignore: decorator
@inline function apply(activation: i32, x: v128): v128 {
  if (activation == 1) return f32x4.pmax(x, splat(0));
  if (activation == 2) return tanh(x);
  if (activation == 3) return sigmoid(x);
  return x;
}

// @ts-ignore: decorator
@inline function addVector(activation: i32, c: usize, bias: usize, n: i32): void {
  for (; n > 0; n -= 4) {
    storeLanes(c, apply(activation, f32x4.add(v128.load(c), v128.load(bias))), n);
    c += 16;
    bias += 16;
  }
}

// @ts-ignore: decorator
@inline function addNumber(activation: i32, c: usize, bias: v128, n: i32): void {
  for (; n > 0; n -= 4) {
    storeLanes(c, apply(activation, f32x4.add(v128.load(c), bias)), n);
    c += 16;
  }
}

/** One row: the same bias for all its elements. Activations: 0 none, 1 relu, 2 tanh, 3 sigmoid. */
function finishRow(activation: i32, c: usize, bias: v128, n: i32): void {
  if (activation == 0) addNumber(0, c, bias, n);
  else if (activation == 1) addNumber(1, c, bias, n);
  else if (activation == 2) addNumber(2, c, bias, n);
  else addNumber(3, c, bias, n);
}

/** One row: a bias for each element. */
function finishRowByColumn(activation: i32, c: usize, bias: usize, n: i32): void {
  if (activation == 0) addVector(0, c, bias, n);
  else if (activation == 1) addVector(1, c, bias, n);
  else if (activation == 2) addVector(2, c, bias, n);
  else addVector(3, c, bias, n);
}

/** Adds bias[row] (unless bias is 0) and applies the activation to rows × columns, `pitch` bytes from row to row. */
export function finishByRow(activation: i32, bias: usize, c: usize, pitch: usize, rows: i32, columns: i32): void {
  if (activation == 0 && bias == 0) return;
  for (let i = 0; i < rows; i++) {
    // Adding -0 changes nothing, not even the sign of a zero.
    const b = bias == 0 ? splat(-0.0) : v128.load32_splat(bias + (<usize>i << 2));
    finishRow(activation, c, b, columns);
    c += pitch;
  }
}

/** The same with bias[column]. */
export function finishByColumn(activation: i32, bias: usize, c: usize, pitch: usize, rows: i32, columns: i32): void {
  if (bias == 0) {
    finishByRow(activation, 0, c, pitch, rows, columns);
    return;
  }
  for (let i = 0; i < rows; i++) {
    finishRowByColumn(activation, c, bias, columns);
    c += pitch;
  }
}
