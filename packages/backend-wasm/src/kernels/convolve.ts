import type { Context } from "../context.js";
import { type Geometry, suitsPointwise, suitsWinograd, writeGeometry } from "../geometry.js";
import { withWorkspace } from "../workspace.js";

/** Pointers of a convolution, all dense; a bias of 0 is none. */
interface Convolution {
  readonly x: number;
  readonly weight: number;
  readonly bias: number;
  readonly y: number;
  /** A code of activation.ts. */
  readonly activation: number;
}

/** y = activation(x ⋆ weight + bias): by Winograd, pointwise, or as a product of matrices. Not depthwise. */
export function convolve(context: Context, geometry: Geometry, convolution: Convolution): void {
  const { exports } = context;
  const { x, weight, bias, y, activation } = convolution;
  writeGeometry(context, geometry);
  if (suitsWinograd(geometry)) {
    const bytes = exports.winogradWorkspace();
    withWorkspace(context, bytes, (workspace) => exports.winograd(x, weight, bias, y, activation, 0, workspace));
  } else if (suitsPointwise(geometry)) {
    const bytes = exports.pointwiseWorkspace();
    withWorkspace(context, bytes, (workspace) => exports.pointwise(x, weight, bias, y, activation, workspace));
  } else {
    const bytes = exports.conv2dWorkspace();
    withWorkspace(context, bytes, (workspace) => exports.conv2d(x, weight, bias, y, activation, workspace));
  }
}
