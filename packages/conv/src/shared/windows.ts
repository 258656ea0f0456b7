import { pad, reshape, type Tensor, unfold } from "@nn/tensor";

/** Where the windows of a convolution or a pool lie: the part that all attributes share. */
export interface WindowAttrs {
  readonly stride: readonly [number, number];
  /** Top, bottom, left, right. */
  readonly padding: readonly [number, number, number, number];
  readonly dilation: readonly [number, number];
}

/** Elements that a window covers along one axis. */
export function spanOf(kernel: number, dilation: number): number {
  return dilation * (kernel - 1) + 1;
}

/** Windows that fit along one axis (0 = height, 1 = width); 0 or less when none does. */
export function countWindows(size: number, kernel: number, attrs: WindowAttrs, axis: 0 | 1): number {
  const padded = size + attrs.padding[2 * axis] + attrs.padding[2 * axis + 1];
  return Math.floor((padded - spanOf(kernel, attrs.dilation[axis])) / attrs.stride[axis]) + 1;
}

/** Pads the last two dimensions: `[top, bottom, left, right]`; negative amounts crop. */
export function padImage(x: Tensor, padding: WindowAttrs["padding"], value = 0): Tensor {
  const [top, bottom, left, right] = padding;
  const others = x.shape.slice(0, -2).map(() => [0, 0] as const);
  return pad(x, [...others, [top, bottom], [left, right]], value);
}

/** All windows of the last two dimensions, as a view of the padded tensor: `(…, h, w)` → `(…, oh, ow, kh, kw)`. */
export function windowsOf(
  x: Tensor,
  kernel: readonly [number, number],
  { stride, padding, dilation }: WindowAttrs,
  padValue = 0,
): Tensor {
  const padded = padImage(x, padding, padValue);
  const rows = unfold(padded, x.rank - 2, kernel[0], stride[0], dilation[0]);
  return unfold(rows, x.rank - 1, kernel[1], stride[1], dilation[1]);
}

/**
 * Turns "sum over the windows that cover a place" into windows again: the elements are spread `stride` apart, and the
 * result is padded so that windows of the same kernel and dilation, one step apart, give each of `size` places all
 * elements whose window covered it, in reverse order.
 */
export function spreadForTranspose(
  g: Tensor,
  kernel: readonly [number, number],
  { stride, padding, dilation }: WindowAttrs,
  size: readonly [number, number],
): { readonly spread: Tensor; readonly padding: WindowAttrs["padding"] } {
  const others: number[] = g.shape.slice(0, -2);
  const [height, width]: number[] = g.shape.slice(-2);
  let spread = g;
  if (stride[0] > 1 || stride[1] > 1) {
    // Each element is followed by stride - 1 zeros: pad new dimensions and merge them; the last zeros are cropped.
    const apart = reshape(g, [...others, height, 1, width, 1]);
    const zeros = [
      ...others.map(() => [0, 0] as const),
      [0, 0],
      [0, stride[0] - 1],
      [0, 0],
      [0, stride[1] - 1],
    ] as const;
    spread = reshape(pad(apart, zeros), [...others, height * stride[0], width * stride[1]]);
  }
  const [top, , left] = padding;
  const before = [spanOf(kernel[0], dilation[0]) - 1 - top, spanOf(kernel[1], dilation[1]) - 1 - left] as const;
  const after = [0, 1].map(
    (i) => size[i] + spanOf(kernel[i], dilation[i]) - 1 - spread.shape[others.length + i] - before[i],
  );
  return { spread, padding: [before[0], after[0], before[1], after[1]] };
}
