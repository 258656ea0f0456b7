export type Two = readonly [number, number];
export type Four = readonly [number, number, number, number];

/** A pool, with the padding that kernels see: `ceilMode` has become more of it at the bottom and on the right. */
export interface Geometry {
  readonly name: string;
  readonly x: Four;
  readonly kernelSize: Two;
  readonly stride: Two;
  readonly padding: Four;
  readonly dilation?: Two;
  readonly ceilMode?: boolean;
}

// biome-ignore format: a table
export const geometries: readonly Geometry[] = [
  { name: "2×2 side by side", x: [2, 3, 4, 6], kernelSize: [2, 2], stride: [2, 2], padding: [0, 0, 0, 0] },
  { name: "a rest is dropped", x: [1, 2, 5, 7], kernelSize: [2, 2], stride: [2, 2], padding: [0, 0, 0, 0] },
  { name: "overlapping windows", x: [1, 2, 5, 5], kernelSize: [3, 3], stride: [1, 1], padding: [0, 0, 0, 0] },
  { name: "uneven kernel and stride", x: [1, 2, 6, 5], kernelSize: [3, 2], stride: [2, 1], padding: [0, 0, 0, 0] },
  { name: "stride beyond the kernel", x: [1, 1, 7, 7], kernelSize: [2, 2], stride: [3, 3], padding: [0, 0, 0, 0] },
  { name: "padding 1", x: [1, 2, 5, 4], kernelSize: [3, 3], stride: [2, 2], padding: [1, 1, 1, 1] },
  { name: "padding of one axis", x: [2, 1, 4, 5], kernelSize: [2, 4], stride: [1, 2], padding: [0, 0, 2, 2] },
  { name: "ceil mode", x: [1, 2, 5, 6], kernelSize: [2, 2], stride: [2, 2], padding: [0, 1, 0, 0], ceilMode: true },
  { name: "ceil mode, padding", x: [1, 1, 6, 7], kernelSize: [3, 3], stride: [2, 2], padding: [1, 2, 1, 1], ceilMode: true },
  { name: "ceil mode, no window that starts in the padding", x: [1, 1, 4, 5], kernelSize: [2, 2], stride: [3, 3], padding: [1, 1, 1, 1], ceilMode: true },
  { name: "the whole image", x: [2, 2, 3, 4], kernelSize: [3, 4], stride: [3, 4], padding: [0, 0, 0, 0] },
  { name: "one pixel", x: [1, 1, 1, 1], kernelSize: [1, 1], stride: [1, 1], padding: [0, 0, 0, 0] },
  { name: "no images", x: [0, 2, 4, 4], kernelSize: [2, 2], stride: [2, 2], padding: [0, 0, 0, 0] },
];

export const sizeOf = (shape: readonly number[]) => shape.reduce((size, d) => size * d, 1);

export function outputOf({ x, kernelSize, stride, padding, dilation = [1, 1] }: Geometry): Four {
  const count = (axis: 0 | 1) => {
    const padded = x[2 + axis] + padding[2 * axis] + padding[2 * axis + 1];
    return Math.floor((padded - dilation[axis] * (kernelSize[axis] - 1) - 1) / stride[axis]) + 1;
  };
  return [x[0], x[1], count(0), count(1)];
}

/** The flat places in x of each window's elements, row by row; those in the padding are left out. */
export function windowsOf(geometry: Geometry): number[][] {
  const { x, kernelSize, stride, padding, dilation = [1, 1] } = geometry;
  const [, , oh, ow] = outputOf(geometry);
  return Array.from({ length: x[0] * x[1] * oh * ow }, (_, i) => {
    const places: number[] = [];
    for (let k = 0; k < kernelSize[0] * kernelSize[1]; k++) {
      const h = (Math.floor(i / ow) % oh) * stride[0] + Math.floor(k / kernelSize[1]) * dilation[0] - padding[0];
      const w = (i % ow) * stride[1] + (k % kernelSize[1]) * dilation[1] - padding[2];
      if (h < 0 || h >= x[2] || w < 0 || w >= x[3]) continue;
      places.push((Math.floor(i / (oh * ow)) * x[2] + h) * x[3] + w);
    }
    return places;
  });
}
