import type { Conv2dGradInputAttrs, Kernel, TypedArray } from "@nn/backend";
import { arrayOf } from "../buffer.js";
import { multiplyPanels } from "../gemm/multiply.js";
import { packColumns, packRows } from "../gemm/pack.js";
import { columns, depth, rows, Scratch } from "../gemm/scratch.js";
import { depthwiseGradInput } from "./depthwise.js";
import type { Geometry } from "./geometry.js";
import { geometryOf, unframeImage } from "./geometry.js";

const frames = new Scratch();
const block = new Float64Array(rows * columns);

/*
 * Gradient of the windows (window × places) = weightᵀ · g, block by block; each block is folded back, added to the
 * places of the padded image that its windows cover, while it is in the cache. The frame sums in f64.
 */
export const conv2dGradInput: Kernel<Conv2dGradInputAttrs> = {
  dense: true,
  run({ inputs, outputs, attrs }) {
    const [gradient, weight] = inputs;
    const g = arrayOf(gradient);
    const w = arrayOf(weight);
    const z = arrayOf(outputs[0]);
    const geometry = geometryOf(attrs.inputShape, weight.shape, gradient.shape, attrs);
    const { images, channels, filters, groups, groupChannels, groupFilters, frameHeight, frameWidth } = geometry;
    const places = geometry.places.length;
    const window = geometry.windows.length;
    const frameSize = channels * frameHeight * frameWidth;
    const frame = frames.take(frameSize);
    for (let n = 0; n < images; n++) {
      frame.fill(0, 0, frameSize);
      for (let group = 0; group < groups; group++) {
        const p = group * groupChannels * frameHeight * frameWidth;
        const wo = weight.offset + group * groupFilters * window;
        const o = gradient.offset + (n * filters + group * groupFilters) * places;
        if (groupChannels === 1 && groups > 1) depthwiseGradInput(frame, p, w, wo, groupFilters, g, o, geometry);
        else backward(frame, p, w, wo, g, o, geometry);
      }
      unframeImage(frame, z, n * channels * geometry.height * geometry.width, geometry);
    }
  },
};

/** One group of one image. */
function backward(
  frame: Float64Array,
  p: number,
  w: TypedArray,
  wo: number,
  g: TypedArray,
  o: number,
  geometry: Geometry,
): void {
  const { groupFilters: k, places, windows } = geometry;
  const m = windows.length;
  const n = places.length;
  for (let j = 0; j < n; j += columns) {
    const nn = Math.min(columns, n - j);
    for (let i = 0; i < m; i += rows) {
      const mm = Math.min(rows, m - i);
      for (let l = 0; l < k; l += depth) {
        const kk = Math.min(depth, k - l);
        // With a single block of depth, the panels of g stay from the first rows.
        if (i === 0 || k > depth) packColumns(g, o + l * n + j, 1, n, nn, kk);
        packRows(w, wo + l * m + i, 1, m, mm, kk);
        multiplyPanels(mm, nn, kk, block, 0, nn, l > 0);
      }
      for (let r = 0; r < mm; r++) fold(frame, p + windows[i + r], places, j, nn, r * nn);
    }
  }
}

/** Adds a row of the block to the frame. */
function fold(frame: Float64Array, p: number, places: Int32Array, j: number, n: number, row: number): void {
  for (let i = 0; i < n; i++) frame[p + places[j + i]] += block[row + i];
}
