import type { Operand, Shape } from "@nn/backend";

/** The operand broadcast to `shape`: stride 0 where it has size 1 or no dimension. */
export function expandOperand(operand: Operand, shape: Shape): Operand {
  return {
    buffer: operand.buffer,
    dtype: operand.dtype,
    shape,
    strides: expandStrides(operand.shape, operand.strides, shape),
    offset: operand.offset,
  };
}

/** Strides of a layout broadcast to `shape`; the shapes must fit. */
export function expandStrides(from: Shape, strides: readonly number[], shape: Shape): number[] {
  const shift = shape.length - from.length;
  const out = new Array<number>(shape.length);
  for (let i = 0; i < shape.length; i++) {
    const d = i - shift;
    out[i] = d < 0 || (from[d] === 1 && shape[i] !== 1) ? 0 : strides[d]!;
  }
  return out;
}
