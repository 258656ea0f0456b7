import type { Conv2dGradWeightAttrs, Kernel, TypedArray } from "@nn/backend";
import { arrayOf } from "../buffer.js";
import { multiplyPanels } from "../gemm/multiply.js";
import { gatherColumns, packRows } from "../gemm/pack.js";
import { columns, depth, rows, Scratch } from "../gemm/scratch.js";
import { depthwiseGradWeight } from "./depthwise.js";
import type { Geometry } from "./geometry.js";
import { frameImage, geometryOf } from "./geometry.js";

const frames = new Scratch();
const totals = new Scratch();

/*
 * Gradient of the weight (filters × window) = Σ over images of g (filters × places) · windowsᵀ (places × window).
 * The panels are those of the forward pass with lines and elements exchanged. Images are summed in f64.
 */
export const conv2dGradWeight: Kernel<Conv2dGradWeightAttrs> = {
  dense: true,
  run({ inputs, outputs, attrs }) {
    const [input, gradient] = inputs;
    const x = arrayOf(input);
    const g = arrayOf(gradient);
    const z = arrayOf(outputs[0]);
    const geometry = geometryOf(input.shape, attrs.weightShape, gradient.shape, attrs);
    const { images, channels, filters, groups, groupChannels, groupFilters, frameHeight, frameWidth } = geometry;
    const places = geometry.places.length;
    const window = geometry.windows.length;
    const frame = frames.take(channels * frameHeight * frameWidth);
    const sums = totals.take(filters * window);
    sums.fill(0, 0, filters * window);
    for (let n = 0; n < images; n++) {
      frameImage(frame, x, input.offset + n * channels * geometry.height * geometry.width, geometry);
      for (let group = 0; group < groups; group++) {
        const p = group * groupChannels * frameHeight * frameWidth;
        const wo = group * groupFilters * window;
        const o = gradient.offset + (n * filters + group * groupFilters) * places;
        if (groupChannels === 1 && groups > 1) depthwiseGradWeight(frame, p, sums, wo, groupFilters, g, o, geometry);
        else backward(frame, p, sums, wo, g, o, geometry);
      }
    }
    for (let i = 0; i < filters * window; i++) z[i] = sums[i];
  },
};

/** One group of one image. */
function backward(
  frame: Float64Array,
  p: number,
  sums: Float64Array,
  wo: number,
  g: TypedArray,
  o: number,
  geometry: Geometry,
): void {
  const { groupFilters: m, places, windows } = geometry;
  const n = windows.length;
  const k = places.length;
  for (let j = 0; j < n; j += columns) {
    const nn = Math.min(columns, n - j);
    for (let l = 0; l < k; l += depth) {
      const kk = Math.min(depth, k - l);
      gatherColumns(frame, p, windows, j, nn, places, l, kk);
      for (let i = 0; i < m; i += rows) {
        const mm = Math.min(rows, m - i);
        packRows(g, o + i * k + l, k, 1, mm, kk);
        multiplyPanels(mm, nn, kk, sums, wo + i * n + j, n, true);
      }
    }
  }
}
