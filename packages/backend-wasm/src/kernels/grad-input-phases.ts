import type { Context } from "../context.js";
import { type Geometry, writeGeometry } from "../geometry.js";
import { withWorkspace } from "../workspace.js";
import { convolve } from "./convolve.js";

/**
 * Gradient of the input of a convolution with a stride and no dilation: one convolution of g with stride 1 for each
 * phase of the places of x (assembly/grad-input-phases.ts), joined to rows of dx.
 */
export function gradInputByPhases(context: Context, forward: Geometry, g: number, weight: number, dx: number): void {
  const { exports, heap } = context;
  const { images, channels, filters, groups, height, width, kernel, stride } = forward;
  const planes = images * channels;
  const columns = Math.ceil(width / stride[1]);
  const phaseBytes = planes * Math.ceil(height / stride[0]) * columns * 4;
  const weightBytes = (filters * channels * kernel[0] * kernel[1] * 4) / groups;
  withWorkspace(context, weightBytes, (taps) => {
    withWorkspace(context, stride[1] * phaseBytes, (phases) => {
      for (let y = 0; y < Math.min(height, stride[0]); y++) {
        const rows = Math.ceil((height - y) / stride[0]);
        for (let x = 0; x < Math.min(width, stride[1]); x++) {
          const target = phases + x * phaseBytes;
          const down = tapsOf(y + forward.top, kernel[0], stride[0]);
          const across = tapsOf(x + forward.left, kernel[1], stride[1]);
          if (down.count === 0 || across.count === 0) {
            heap.f32.fill(0, target / 4, target / 4 + planes * rows * columns);
            continue;
          }
          const geometry: Geometry = {
            ...forward,
            channels: filters,
            filters: channels,
            height: forward.outHeight,
            width: forward.outWidth,
            kernel: [down.count, across.count],
            stride: [1, 1],
            top: down.before,
            left: across.before,
            outHeight: rows,
            outWidth: columns,
          };
          writeGeometry(context, geometry);
          const last = down.last * kernel[1] + across.last;
          exports.phaseWeight(weight, taps, kernel[0] * kernel[1], last, stride[0] * kernel[1], stride[1]);
          convolve(context, geometry, { x: g, weight: taps, bias: 0, y: target, activation: 0 });
        }
        exports.joinPhases(phases, dx, planes, height, width, y, stride[0], stride[1], phaseBytes);
      }
    });
  });
}

/** The taps of a kernel of `size` that see the place `place` of the padded image, and the padding of g that they need. */
function tapsOf(place: number, size: number, stride: number) {
  const first = place % stride;
  const count = Math.max(0, Math.ceil((size - first) / stride));
  return { count, last: first + stride * (count - 1), before: count - 1 - (place - first) / stride };
}
