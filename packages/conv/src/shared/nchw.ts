/** Images: batch, channels, height, width. */
export type NCHW = [n: number, c: number, h: number, w: number];

/** Filters of a convolution: output channels, input channels of a group, height, width. */
export type OIHW = [out: number, channels: number, kh: number, kw: number];

/** Sequences: batch, channels, length. */
export type NCL = [n: number, c: number, l: number];

/** Filters of a convolution of sequences: output channels, input channels of a group, length. */
export type OIK = [out: number, channels: number, k: number];

/** Filters of a transposed convolution: input channels, output channels of a group, height, width. */
export type IOHW = [input: number, channels: number, kh: number, kw: number];

/** Filters of a transposed convolution of sequences: input channels, output channels of a group, length. */
export type IOK = [input: number, channels: number, k: number];

/** Volumes: batch, channels, depth, height, width. */
export type NCDHW = [n: number, c: number, d: number, h: number, w: number];

/** Filters of a convolution of volumes: output channels, input channels of a group, depth, height, width. */
export type OIDHW = [out: number, channels: number, kd: number, kh: number, kw: number];

/** Filters of a transposed convolution of volumes: input channels, output channels of a group, depth, height, width. */
export type IODHW = [input: number, channels: number, kd: number, kh: number, kw: number];
