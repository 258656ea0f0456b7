import type { RequiredKernels } from "@nn/backend";
import { sizeOf } from "@nn/backend";
import { type Context, pointerOf } from "../context.js";

/** Writes one value everywhere. */
export function fill({ heap, exports }: Context): RequiredKernels["fill"] {
  return {
    run({ outputs, scalars }) {
      const z = outputs[0];
      fillWith(heap, exports, pointerOf(z), z.dtype, sizeOf(z.shape), scalars[0]);
    },
  };
}

/** Fills dense memory with a value as the dtype stores it. */
export function fillWith(
  { i32, u8 }: Context["heap"],
  exports: Context["exports"],
  pointer: number,
  dtype: string,
  size: number,
  value: number,
): void {
  if (dtype === "f32") exports.fill32(pointer, size, value);
  else if (dtype === "i32") i32.fill(value, pointer / 4, pointer / 4 + size);
  else u8.fill(value === 0 ? 0 : 1, pointer, pointer + size);
}
