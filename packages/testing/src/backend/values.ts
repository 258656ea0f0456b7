import type { DType, Shape } from "@nn/backend";
import { philoxBits, sizeOf, uniformFromBits } from "@nn/backend";
import type { CaseInput } from "@nn/tensor/cases";

/** An input of a case with its numbers: exact in f32 unless the case asks for f64. */
export interface Values {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly data: Float64Array;
}

/** The numbers of the inputs: those given, or random ones that depend only on `id` and the place of the input. */
export function valuesOf(id: string, inputs: readonly CaseInput[]): Values[] {
  return inputs.map(({ shape, dtype = "f32", range = [-2, 2], values }, i) => {
    const data = values === undefined ? random(`${id} ${i}`, sizeOf(shape), dtype, range) : Float64Array.from(values);
    if (data.length !== sizeOf(shape)) throw new Error(`${id}, input ${i}: ${data.length} values for [${shape}]`);
    return { shape, dtype, data: dtype === "f32" ? data.map(Math.fround) : data };
  });
}

/** Random weights from [-1, 1), exact in f32. */
export function weights(id: string, length: number): Float64Array {
  return random(id, length, "f32", [-1, 1]).map(Math.fround);
}

function random(id: string, length: number, dtype: DType, [low, high]: readonly [number, number]): Float64Array {
  const uniform = uniformFromBits(philoxBits([hash(id), 0], 0, length), new Float64Array(length));
  if (dtype === "bool") return uniform.map((u) => (u < 0.5 ? 0 : 1));
  const scaled = uniform.map((u) => low + u * (high - low));
  return dtype === "i32" ? scaled.map(Math.floor) : scaled;
}

/** FNV-1a. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}
