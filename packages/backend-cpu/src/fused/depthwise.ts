import type { TypedArray } from "@nn/backend";
import type { Geometry } from "./geometry.js";

/*
 * Groups of one channel: a matrix product with a single window row would pack more than it multiplies,
 * so each output place takes its window straight from the padded image. `p` is where the channel begins in its frame.
 */

/** Output of all filters of one channel, from `o` on. */
export function depthwiseForward(
  frame: Float64Array,
  p: number,
  w: TypedArray,
  wo: number,
  filters: number,
  z: TypedArray,
  o: number,
  { places, windows }: Geometry,
): void {
  const k = windows.length;
  for (let f = 0; f < filters; f++, wo += k) {
    for (let i = 0; i < places.length; i++) {
      const at = p + places[i];
      let sum = 0;
      for (let l = 0; l < k; l++) sum += w[wo + l] * frame[at + windows[l]];
      z[o++] = sum;
    }
  }
}

/** Adds the gradient of one channel of the input to its frame. */
export function depthwiseGradInput(
  frame: Float64Array,
  p: number,
  w: TypedArray,
  wo: number,
  filters: number,
  g: TypedArray,
  o: number,
  { places, windows }: Geometry,
): void {
  const k = windows.length;
  for (let f = 0; f < filters; f++, wo += k) {
    for (let i = 0; i < places.length; i++) {
      const at = p + places[i];
      const v = g[o++];
      for (let l = 0; l < k; l++) frame[at + windows[l]] += w[wo + l] * v;
    }
  }
}

/** Adds the gradient of the filters of one channel to `sums`. */
export function depthwiseGradWeight(
  frame: Float64Array,
  p: number,
  sums: Float64Array,
  wo: number,
  filters: number,
  g: TypedArray,
  o: number,
  { places, windows }: Geometry,
): void {
  const k = windows.length;
  const n = places.length;
  for (let f = 0; f < filters; f++, wo += k, o += n) {
    for (let l = 0; l < k; l++) {
      const at = p + windows[l];
      let sum = 0;
      for (let i = 0; i < n; i++) sum += g[o + i] * frame[at + places[i]];
      sums[wo + l] += sum;
    }
  }
}
