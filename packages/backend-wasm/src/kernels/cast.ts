import type { RequiredKernels } from "@nn/backend";
import { sizeOf } from "@nn/backend";
import { type Context, copyTo, densely, pointerOf, release } from "../context.js";

/** Codes of assembly/cast.ts. */
const codes: Readonly<Record<string, number>> = {
  "f32 i32": 0,
  "i32 f32": 1,
  "bool f32": 2,
  "bool i32": 3,
  "f32 bool": 4,
  "i32 bool": 5,
};

export function cast(context: Context): RequiredKernels["cast"] {
  return {
    run({ inputs, outputs }) {
      const input = inputs[0];
      const z = outputs[0];
      if (input.dtype === z.dtype) {
        copyTo(context, input, pointerOf(z));
        return;
      }
      const x = densely(context, input);
      context.exports.cast(codes[`${x.dtype} ${z.dtype}`], pointerOf(x), pointerOf(z), sizeOf(z.shape));
      release(context, x, input);
    },
  };
}
