// Activations of sums, f(x + a) or f(x + a + b), for the gates of recurrent layers. Each is a loop of its own, over
// several vectors a turn: one loop over all gates of a unit runs out of registers, and takes twice as long.
import { sigmoid, tanh } from "./math";
import { splat, storeLanes } from "./simd";

// @ts-ignore: decorator
@inline function sum(third: bool, x: usize, a: usize, b: usize, at: usize): v128 {
  const two = f32x4.add(v128.load(x + at), v128.load(a + at));
  return third ? f32x4.add(two, v128.load(b + at)) : two;
}

// @ts-ignore: decorator
@inline function sigmoids(third: bool, x: usize, a: usize, b: usize, z: usize, n: i32): void {
  for (; n >= 16; n -= 16) {
    const p = sigmoid(sum(third, x, a, b, 0));
    const q = sigmoid(sum(third, x, a, b, 16));
    const r = sigmoid(sum(third, x, a, b, 32));
    const s = sigmoid(sum(third, x, a, b, 48));
    v128.store(z, p);
    v128.store(z, q, 16);
    v128.store(z, r, 32);
    v128.store(z, s, 48);
    x += 64; a += 64; b += 64; z += 64;
  }
  for (; n > 0; n -= 4) {
    storeLanes(z, sigmoid(sum(third, x, a, b, 0)), n);
    x += 16; a += 16; b += 16; z += 16;
  }
}

/** z = sigmoid(x + a), n floats. */
export function sigmoidOfTwo(x: usize, a: usize, z: usize, n: i32): void {
  sigmoids(false, x, a, a, z, n);
}
/** z = sigmoid(x + a + b), n floats. */
export function sigmoidOfThree(x: usize, a: usize, b: usize, z: usize, n: i32): void {
  sigmoids(true, x, a, b, z, n);
}

/** z = tanh(x + a), n floats. */
export function tanhOfTwo(x: usize, a: usize, z: usize, n: i32): void {
  for (; n >= 8; n -= 8) {
    const p = tanh(sum(false, x, a, a, 0));
    const q = tanh(sum(false, x, a, a, 16));
    v128.store(z, p);
    v128.store(z, q, 16);
    x += 32; a += 32; z += 32;
  }
  for (; n > 0; n -= 4) {
    storeLanes(z, tanh(sum(false, x, a, a, 0)), n);
    x += 16; a += 16; z += 16;
  }
}

/** z = relu(x + a), n floats. */
export function reluOfTwo(x: usize, a: usize, z: usize, n: i32): void {
  for (; n > 0; n -= 4) {
    // NaN stays where it is the first operand.
    storeLanes(z, f32x4.pmax(sum(false, x, a, a, 0), splat(0)), n);
    x += 16; a += 16; z += 16;
  }
}
