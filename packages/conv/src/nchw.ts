/** Images: batch, channels, height, width. */
export type NCHW = [n: number, c: number, h: number, w: number];

/** Filters of a convolution: output channels, input channels of a group, height, width. */
export type OIHW = [out: number, channels: number, kh: number, kw: number];
