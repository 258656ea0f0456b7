import { type CreateOptions, full, type Shape, type Tensor } from "@nn/tensor";

/**
 * One value everywhere (torch.nn.init.constant_); `zeros` and `ones` of @nn/tensor are initializers as well.
 *
 * @example
 * ```ts
 * import { constant } from "@nn/layers";
 *
 * await constant([2], 0.1, { dtype: "f64" }).array(); // => [0.1, 0.1]
 * ```
 */
export function constant(shape: Shape, value: number, options: CreateOptions = {}): Tensor {
  return full(shape, value, options);
}
