import { describe, ShapeError, type Tensor, flatten as tensorFlatten } from "@nn/tensor";
import { Module } from "./module.js";
import { ownedBy } from "./owned-by.js";

/**
 * All dimensions but the first as one: what stands between convolutions and linear layers. As a layer it differs from
 * `flatten` of @nn/tensor by its default `startAxis` of 1.
 *
 * @throws ShapeError when an axis does not exist.
 *
 * @example
 * ```ts
 * import { flatten } from "@nn/layers";
 * import { zeros } from "@nn/tensor";
 *
 * flatten(zeros([8, 3, 4, 4])).shape; // => [8, 48]
 * ```
 */
export function flatten(x: Tensor, startAxis = 1, endAxis = -1): Tensor {
  if (x.rank > startAxis || startAxis < 0 || x.rank === 0) return tensorFlatten(x, startAxis, endAxis);
  throw new ShapeError({
    where: "flatten",
    problem: "there is no dimension to flatten from",
    rows: [
      ["input", describe(x)],
      ["expected", `a dimension ${startAxis}`, `got rank ${x.rank}`],
    ],
    fix: "add the batch dimension: x.unsqueeze(0); for all dimensions as one use x.flatten()",
  });
}

/**
 * `flatten` as a module (torch.nn.Flatten).
 *
 * @example
 * ```ts
 * import { Flatten } from "@nn/layers";
 * import { zeros } from "@nn/tensor";
 *
 * new Flatten().forward(zeros([8, 3, 4, 4])).shape; // => [8, 48]
 * ```
 */
export class Flatten extends Module {
  constructor(
    readonly startAxis = 1,
    readonly endAxis = -1,
  ) {
    super();
  }
  forward(x: Tensor): Tensor {
    return ownedBy(this, () => flatten(x, this.startAxis, this.endAxis));
  }
  override extraRepr(): string {
    return `startAxis=${this.startAxis}, endAxis=${this.endAxis}`;
  }
}
