import type { NCHW } from "@nn/conv";
import { type Generator, gather, type Tensor, tensor } from "@nn/tensor";

/** How far images are distorted (torchvision.transforms.RandomAffine). */
export interface RandomAffineOptions {
  /** Turned by up to so many degrees, either way. */
  readonly degrees: number;
  /** Moved by up to so many pixels along each axis. */
  readonly translate: number;
  /** Made larger or smaller by up to this part. */
  readonly scale: number;
}

/**
 * Turns, moves and scales each image by random amounts, between pixels bilinearly; what comes in from outside is 0.
 * Where to read and with which weight is computed on the host, the reading itself is three ops on any backend.
 *
 * @param images `(n, 1, h, w)`
 */
export function randomAffine(images: Tensor<NCHW>, generator: Generator, options: RandomAffineOptions): Tensor<NCHW> {
  const [n, , h, w] = images.shape;
  const size = h * w;
  const corners = 4 * size;
  const index = new Int32Array(n * corners);
  const weight = new Float32Array(n * corners);
  const bits = generator.bits(4 * n);
  for (let i = 0; i < n; i++) {
    const [turn, grow, right, down] = Array.from(bits.subarray(4 * i, 4 * i + 4), (word) => word * 2 ** -31 - 1);
    const at = i * corners;
    const map = inverseMap(h, w, { ...options, turn: turn!, grow: grow!, right: right!, down: down! });
    sample(index.subarray(at, at + corners), weight.subarray(at, at + corners), h, w, map);
  }
  const read = gather(images.reshape([n, size]), 1, tensor(index, { shape: [n, corners], dtype: "i32" }));
  const weighted = read.mul(tensor(weight, { shape: [n, corners] }));
  return weighted.reshape([n, 4, size]).sum(1).reshape([n, 1, h, w]);
}

/** Draws from -1 to 1. */
interface Draws extends RandomAffineOptions {
  readonly turn: number;
  readonly grow: number;
  readonly right: number;
  readonly down: number;
}

/** Where in the image a pixel of the result comes from: `[x, y]` from the pixel `(x, y)`. */
interface AffineMap {
  readonly cos: number;
  readonly sin: number;
  readonly x0: number;
  readonly y0: number;
}

function inverseMap(h: number, w: number, draws: Draws): AffineMap {
  const angle = (draws.turn * draws.degrees * Math.PI) / 180;
  const zoom = 1 + draws.grow * draws.scale;
  const cos = Math.cos(angle) * zoom;
  const sin = Math.sin(angle) * zoom;
  // About the center of the image.
  const cx = (w - 1) / 2;
  const cy = (h - 1) / 2;
  const x0 = cx - cos * cx + sin * cy - draws.right * draws.translate;
  const y0 = cy - sin * cx - cos * cy - draws.down * draws.translate;
  return { cos, sin, x0, y0 };
}

/** The four neighbors of each source point and their bilinear weights, neighbor by neighbor. */
function sample(index: Int32Array, weight: Float32Array, h: number, w: number, map: AffineMap): void {
  const { cos, sin, x0, y0 } = map;
  const size = h * w;
  for (let y = 0, at = 0; y < h; y++) {
    for (let x = 0; x < w; x++, at++) {
      const sx = cos * x - sin * y + x0;
      const sy = sin * x + cos * y + y0;
      const left = Math.floor(sx);
      const top = Math.floor(sy);
      for (let corner = 0; corner < 4; corner++) {
        const cx = left + (corner & 1);
        const cy = top + (corner >> 1);
        // Outside of the image the index stays 0 and so does the weight.
        if (cx < 0 || cy < 0 || cx >= w || cy >= h) continue;
        index[corner * size + at] = cy * w + cx;
        weight[corner * size + at] = (1 - Math.abs(sx - cx)) * (1 - Math.abs(sy - cy));
      }
    }
  }
}
