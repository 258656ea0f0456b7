import { type Shape, ShapeError } from "@nn/tensor";

/**
 * Inputs and outputs of one unit of a weight `(out, in, …kernel)`: the kernel's size times `in` and `out`.
 *
 * @throws ShapeError when the shape has less than two dimensions.
 *
 * @example
 * ```ts
 * import { fanInOut } from "@nn/layers";
 *
 * fanInOut([16, 8, 3, 3]); // => { fanIn: 72, fanOut: 144 }
 * ```
 */
export function fanInOut(shape: Shape): { fanIn: number; fanOut: number } {
  if (shape.length < 2) {
    throw new ShapeError({
      where: "fanInOut",
      problem: "fan in and fan out need a weight of two dimensions or more",
      rows: [["got", `[${shape.join(", ")}]`]],
      fix: "initialize vectors with uniform, normal, zeros or ones",
    });
  }
  const [out, features, ...kernel] = shape;
  const field = kernel.reduce((product, size) => product * size, 1);
  return { fanIn: features * field, fanOut: out * field };
}
