import type { Backend, Operand, Shape } from "@nn/backend";
import { denseStrides, isDense, sameShape, sizeOf } from "@nn/backend";
import { noScalars } from "./call.js";
import { allocate, type Storage } from "./storage.js";

/** The operand broadcast to `shape`: stride 0 where it has size 1 or no dimension. */
export function expandOperand(operand: Operand, shape: Shape): Operand {
  const { buffer, dtype, offset } = operand;
  return { buffer, dtype, shape, strides: expandStrides(operand.shape, operand.strides, shape), offset };
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

/** All operands broadcast to `shape`; the list itself where none has to be. */
export function expandAll(operands: readonly Operand[], shape: Shape): readonly Operand[] {
  let expanded: Operand[] | null = null;
  for (let i = 0; i < operands.length; i++) {
    if (sameShape(operands[i]!.shape, shape)) continue;
    expanded ??= operands.slice();
    expanded[i] = expandOperand(operands[i]!, shape);
  }
  return expanded ?? operands;
}

/** All operands dense and at offset 0; the storages of the copies go to `copies`. */
export function denseAll(backend: Backend, operands: readonly Operand[], copies: Storage[]): readonly Operand[] {
  return operands.map((operand) => {
    if (operand.offset === 0 && isDense(operand)) return operand;
    const { dtype, shape } = operand;
    const storage = allocate(backend, dtype, sizeOf(shape));
    copies.push(storage);
    const copy: Operand = { buffer: storage.handle, dtype, shape, strides: denseStrides(shape), offset: 0 };
    backend.kernels.copy.run({ inputs: [operand], outputs: [copy], attrs: {}, scalars: noScalars, saved: [] });
    return copy;
  });
}
