import { ownedBy } from "@nn/layers";
import { reshape, type Shape, type Tensor } from "@nn/tensor";
import type { PoolAxes } from "./pool-checks.js";
import type { Pool2dOptions } from "./pool2d-attrs.js";

type Pool2d = (x: Tensor, options: Pool2dOptions & { readonly dilation: readonly [number, number] }) => Tensor;

/**
 * A pool of volumes as two pools of images, which is the same for means and maxima: over height and width of each plane,
 * then over depth, with height and width as one axis. Both see the values where they lie: nothing is copied.
 */
export function pool3d(x: Tensor, axes: PoolAxes, inPlane: Pool2d, overDepth: Pool2d, owner?: object): Tensor {
  const { kernelSize, stride, padding, dilation, ceilMode } = axes;
  const [n, c, d, h, w]: Shape = x.shape;
  const plane = {
    kernelSize: [kernelSize[1], kernelSize[2]],
    stride: [stride[1], stride[2]],
    padding: [padding[1], padding[2]],
    dilation: [dilation[1], dilation[2]],
    ceilMode,
    owner,
  } as const;
  const depth = {
    kernelSize: [kernelSize[0], 1],
    stride: [stride[0], 1],
    padding: [padding[0], 0],
    dilation: [dilation[0], 1],
    ceilMode,
    owner,
  } as const;
  return ownedBy(owner, () => {
    const planes = inPlane(reshape(x, [n, c * d, h, w]), plane);
    const [, , oh, ow]: Shape = planes.shape;
    const y = overDepth(reshape(planes, [n, c, d, oh * ow]), depth);
    return reshape(y, [n, c, y.shape[2], oh, ow]);
  });
}
