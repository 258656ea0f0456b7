import { describe, ShapeError, type Tensor } from "@nn/tensor";

/**
 * The size of one axis of a first input: what lazy layers are built from.
 *
 * @param where the layer's name, for the message
 * @param axis negative ones count from the end
 * @param layout what the layer takes, such as `"(n, c, h, w)"`
 * @throws ShapeError when the input has no such axis.
 *
 * @example
 * ```ts
 * import { inputSize } from "@nn/layers";
 * import { zeros } from "@nn/tensor";
 *
 * inputSize("LazyConv2d", zeros([8, 3, 32, 32]), 1, "(n, c, h, w)"); // => 3
 * ```
 */
export function inputSize(where: string, x: Tensor, axis: number, layout: string): number {
  const size: number | undefined = x.shape.at(axis);
  if (size !== undefined && size > 0) return size;
  throw new ShapeError({
    where,
    problem: "the first input does not tell the size",
    rows: [
      ["input", describe(x)],
      ["expected", layout],
    ],
    fix: "check the layer before it, or use the layer that takes the size",
  });
}
