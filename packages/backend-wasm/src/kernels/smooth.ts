import type { KernelIO } from "@nn/backend";
import { sizeOf } from "@nn/backend";
import { type Context, densely, pointerOf, release } from "../context.js";

/** Kinds of assembly/activations.ts. */
export const smoothKinds = { none: 0, tanh: 1, silu: 2 } as const;

/** `[x]` → activation of x. */
export function runSmooth(context: Context, kind: number, { inputs, outputs }: KernelIO<unknown>): void {
  const x = densely(context, inputs[0]);
  context.exports.activation(kind, pointerOf(x), pointerOf(outputs[0]), sizeOf(x.shape));
  release(context, x, inputs[0]);
}

/** `[g, x]` → g times the derivative at x. */
export function runSmoothGrad(context: Context, kind: number, { inputs, outputs }: KernelIO<unknown>): void {
  const g = densely(context, inputs[0]);
  const x = densely(context, inputs[1]);
  context.exports.activationGrad(kind, pointerOf(g), pointerOf(x), pointerOf(outputs[0]), sizeOf(x.shape));
  release(context, x, inputs[1]);
  release(context, g, inputs[0]);
}
