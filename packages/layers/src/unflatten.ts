import { describe, normalizeAxis, ShapeError, type Tensor } from "@nn/tensor";
import { Module } from "./module.js";
import { ownedBy } from "./owned-by.js";

/**
 * One axis as several (torch's `unflatten`): the opposite of `flatten`.
 *
 * @param sizes their product is the size of the axis; one may be -1
 * @throws ShapeError when the axis does not exist, or the sizes do not fit it.
 *
 * @example
 * ```ts
 * import { unflatten } from "@nn/layers";
 * import { zeros } from "@nn/tensor";
 *
 * unflatten(zeros([8, 48]), 1, [3, 4, -1]).shape; // => [8, 3, 4, 4]
 * ```
 */
export function unflatten(x: Tensor, axis: number, sizes: readonly number[]): Tensor {
  const at = normalizeAxis("unflatten", x, axis);
  const known = sizes.reduce((product, d) => (d === -1 ? product : product * d), 1);
  const open = sizes.filter((d) => d === -1).length;
  const missing = x.shape[at] / known;
  const fits = open === 0 ? x.shape[at] === known : open === 1 && Number.isInteger(missing);
  if (fits && sizes.length > 0) {
    const whole = sizes.map((d) => (d === -1 ? missing : d));
    return x.reshape([...x.shape.slice(0, at), ...whole, ...x.shape.slice(at + 1)]);
  }
  throw new ShapeError({
    where: "unflatten",
    problem: "the sizes do not fit the axis",
    rows: [
      ["input", describe(x)],
      ["sizes", `[${sizes.join(", ")}]`],
      ["expected", `a product of ${x.shape[at]}, the size of axis ${at}`],
    ],
    fix: "one of the sizes may be -1, and is computed",
  });
}

/**
 * `unflatten` as a module (torch.nn.Unflatten).
 *
 * @example
 * ```ts
 * import { Unflatten } from "@nn/layers";
 * import { zeros } from "@nn/tensor";
 *
 * new Unflatten(1, [3, 4, 4]).forward(zeros([8, 48])).shape; // => [8, 3, 4, 4]
 * ```
 */
export class Unflatten extends Module {
  constructor(
    readonly axis: number,
    readonly sizes: readonly number[],
  ) {
    super();
  }
  forward(x: Tensor): Tensor {
    return ownedBy(this, () => unflatten(x, this.axis, this.sizes));
  }
  override extraRepr(): string {
    return `axis=${this.axis}, sizes=[${this.sizes.join(", ")}]`;
  }
}
