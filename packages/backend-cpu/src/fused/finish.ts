import type { FusedActivation, TypedArray } from "@nn/backend";
import { binaryLoops } from "../kernels/binary-loops.js";
import { unaryLoops } from "../kernels/unary-loops.js";

/** Applies an activation to `n` elements in place. */
export function activate(z: TypedArray, o: number, n: number, activation: FusedActivation): void {
  if (activation !== "none") unaryLoops[activation](z, o, 1, z, o, n);
}

/** Adds a bias to `n` elements in place: from `b` on in steps of `step`, so 0 adds one number to all. */
export function addBias(z: TypedArray, o: number, n: number, bias: TypedArray, b: number, step: number): void {
  binaryLoops.add(z, o, 1, bias, b, step, z, o, n);
}
