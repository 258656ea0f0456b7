import type { Conv2dAttrs, Kernel, TypedArray } from "@nn/backend";
import { arrayOf } from "../buffer.js";
import { gemm } from "../gemm/gemm.js";
import { multiplyPanels } from "../gemm/multiply.js";
import { gatherColumns, packRows } from "../gemm/pack.js";
import { columns, depth, rows, Scratch } from "../gemm/scratch.js";
import { depthwiseForward } from "./depthwise.js";
import { activate, addBias } from "./finish.js";
import type { Geometry } from "./geometry.js";
import { frameImage, geometryOf } from "./geometry.js";

const frames = new Scratch();

/*
 * Implicit GEMM, image by image: out (filters × places) = weight (filters × window) · windows (window × places).
 * Panels of the right factor are gathered from the padded image, so the matrix of all windows never exists.
 * Bias and activation follow when an image is complete, while it is in the cache.
 */
export const conv2d: Kernel<Conv2dAttrs> = {
  dense: true,
  run({ inputs, outputs, attrs }) {
    const [input, weight, bias] = inputs;
    const x = arrayOf(input);
    const w = arrayOf(weight);
    const z = arrayOf(outputs[0]);
    const geometry = geometryOf(input.shape, weight.shape, outputs[0].shape, attrs);
    const { images, channels, filters, groups, groupChannels, groupFilters, frameHeight, frameWidth } = geometry;
    const imageSize = channels * geometry.height * geometry.width;
    const places = geometry.places.length;
    const window = geometry.windows.length;
    // A 1 × 1 convolution that skips nothing multiplies the image as it lies.
    const plain =
      window === groupChannels &&
      imageSize === channels * places &&
      frameHeight === geometry.height &&
      frameWidth === geometry.width;
    const frame = frames.take(plain ? 0 : channels * frameHeight * frameWidth);
    for (let n = 0; n < images; n++) {
      const p = input.offset + n * imageSize;
      if (!plain) frameImage(frame, x, p, geometry);
      for (let g = 0; g < groups; g++) {
        const wo = weight.offset + g * groupFilters * window;
        const o = (n * filters + g * groupFilters) * places;
        if (plain) {
          const base = p + g * groupChannels * places;
          gemm(groupFilters, places, window, w, wo, window, 1, x, base, places, 1, z, o, places, false);
        } else if (groupChannels === 1 && groups > 1) {
          depthwiseForward(frame, g * frameHeight * frameWidth, w, wo, groupFilters, z, o, geometry);
        } else {
          forward(frame, g * groupChannels * frameHeight * frameWidth, w, wo, z, o, geometry);
        }
      }
      const o = n * filters * places;
      if (bias !== undefined) {
        const b = arrayOf(bias);
        for (let f = 0; f < filters; f++) addBias(z, o + f * places, places, b, bias.offset + f, 0);
      }
      activate(z, o, filters * places, attrs.activation);
    }
  },
};

/** One group of one image. */
function forward(
  frame: Float64Array,
  p: number,
  w: TypedArray,
  wo: number,
  z: TypedArray,
  o: number,
  geometry: Geometry,
): void {
  const { groupFilters: m, places, windows } = geometry;
  const n = places.length;
  const k = windows.length;
  for (let j = 0; j < n; j += columns) {
    const nn = Math.min(columns, n - j);
    for (let l = 0; l < k; l += depth) {
      const kk = Math.min(depth, k - l);
      gatherColumns(frame, p, places, j, nn, windows, l, kk);
      for (let i = 0; i < m; i += rows) {
        const mm = Math.min(rows, m - i);
        packRows(w, wo + i * k + l, k, 1, mm, kk);
        multiplyPanels(mm, nn, kk, z, o + i * n + j, n, l > 0);
      }
    }
  }
}
