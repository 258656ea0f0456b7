import type { Conv2dAttrs } from "@nn/tensor";
import type { Conv2dAttrsOptions } from "./conv2d-attrs.js";

/** Batch, channels, height, width; or top, bottom, left, right. */
export type Four = readonly [number, number, number, number];

/** A convolution, with its padding written out side by side for the reference. */
export interface Geometry {
  readonly name: string;
  readonly x: Four;
  readonly weight: Four;
  readonly bias?: boolean;
  readonly stride?: readonly [number, number];
  readonly sides?: Four;
  readonly dilation?: readonly [number, number];
  readonly groups?: number;
  /** What the call gets instead of `sides`. */
  readonly padding?: Conv2dAttrsOptions["padding"];
  readonly activation?: Conv2dAttrs["activation"];
}

/** The kernel's attributes. */
export function attrsOf({ stride = [1, 1], sides = [0, 0, 0, 0], dilation = [1, 1], groups = 1 }: Geometry) {
  return { stride, padding: sides, dilation, groups };
}

/** Shape of the output. */
export function outputOf({ x, weight, ...rest }: Geometry): Four {
  const { stride, padding, dilation } = attrsOf({ x, weight, ...rest });
  const count = (axis: 0 | 1) => {
    const padded = x[2 + axis] + padding[2 * axis] + padding[2 * axis + 1];
    return Math.floor((padded - dilation[axis] * (weight[2 + axis] - 1) - 1) / stride[axis]) + 1;
  };
  return [x[0], weight[0], count(0), count(1)];
}

/** Calls `visit` for each product of the convolution, with flat places in x, weight and output. */
export function products(geometry: Geometry, visit: (x: number, weight: number, y: number) => void): void {
  const { x, weight } = geometry;
  const { stride, padding, dilation, groups } = attrsOf(geometry);
  const [n, out, oh, ow] = outputOf(geometry);
  const [, perGroup, kh, kw] = weight;
  for (let i = 0; i < n * out * oh * ow; i++) {
    const [image, filter, row, column] = [
      Math.floor(i / (out * oh * ow)),
      Math.floor(i / (oh * ow)) % out,
      Math.floor(i / ow) % oh,
      i % ow,
    ];
    for (let k = 0; k < perGroup * kh * kw; k++) {
      const h = row * stride[0] + (Math.floor(k / kw) % kh) * dilation[0] - padding[0];
      const w = column * stride[1] + (k % kw) * dilation[1] - padding[2];
      if (h < 0 || h >= x[2] || w < 0 || w >= x[3]) continue;
      const channel = Math.floor(filter / (out / groups)) * perGroup + Math.floor(k / (kh * kw));
      visit(((image * x[1] + channel) * x[2] + h) * x[3] + w, filter * perGroup * kh * kw + k, i);
    }
  }
}

/** The fused activations in plain numbers. */
export const activations = {
  none: (x: number) => x,
  relu: (x: number) => Math.max(x, 0),
  tanh: Math.tanh,
  sigmoid: (x: number) => 1 / (1 + Math.exp(-x)),
};

/** Elements of a shape. */
export const sizeOf = (shape: readonly number[]) => shape.reduce((size, d) => size * d, 1);
