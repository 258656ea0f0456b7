import type { FusedKernels } from "@nn/backend";
import { depthwiseGradWeight } from "./depthwise.js";
import type { Device } from "./launch.js";
import { multiply, type Product } from "./product.js";
import {
  inputAt,
  kernelKey,
  pixel,
  type Windows,
  windowElement,
  windowParams,
  windowsOf,
  withKernel,
} from "./windows.js";

/** Filters (a row each) times elements of a window (a column each), over all output pixels of all images. */
export function conv2dGradWeight(device: Device): FusedKernels["conv2dGradWeight"] {
  return {
    dense: true,
    run({ inputs: [x, g], outputs: [dw], attrs }) {
      const windows = windowsOf(x.shape, attrs.weightShape, g.shape, attrs);
      if (windows.depthwise) {
        depthwiseGradWeight(device, windows, [x.buffer, g.buffer, dw.buffer]);
        return;
      }
      const { images, groups, groupChannels, groupFilters, outHeight, outWidth, kernel, params } = windows;
      multiply(device, productOf(windows), {
        count: groups,
        rows: groupFilters,
        columns: groupChannels * kernel[0] * kernel[1],
        steps: images * outHeight * outWidth,
        leftBySteps: true,
        rightBySteps: true,
        params,
        sources: [x.buffer, g.buffer],
        extras: [],
        result: dw.buffer,
      });
    },
  };
}

function productOf({ kernel }: Windows): Product {
  return {
    key: `conv2dGradWeight/${kernelKey(kernel)}`,
    params: windowParams,
    sources: ["x", "g"],
    operands: withKernel(
      kernel,
      `${windowElement}${pixel}${inputAt}
fn rowOf(z : u32, m : u32) -> vec4<i32> {
  return vec4<i32>((i32(z) * params.groupFilters + i32(m)) * params.outHeight * params.outWidth);
}
fn leftAt(k : u32) -> vec4<i32> {
  let size = params.outHeight * params.outWidth;
  return vec4<i32>(i32(k) / size * params.filters * size + i32(k) % size);
}
fn left(row : vec4<i32>, at : vec4<i32>) -> f32 { return g[row.x + at.x]; }
fn columnOf(z : u32, n : u32) -> vec4<i32> {
  let e = windowElement(i32(n));
  let plane = i32(z) * params.groupChannels + e.x;
  return vec4<i32>(plane * params.height * params.width, e.y * params.dilationY - params.top, e.z * params.dilationX - params.left, 0);
}
fn rightAt(k : u32) -> vec4<i32> {
  let p = pixel(i32(k), params.outHeight, params.outWidth);
  return vec4<i32>(p.x * params.channels * params.height * params.width, p.y * params.strideY, p.z * params.strideX, 0);
}
fn right(column : vec4<i32>, at : vec4<i32>) -> f32 {
  let place = column + at;
  return inputAt(place.x, place.y, place.z);
}
`,
    ),
    extras: [],
    store: `fn store(z : u32, m : u32, n : u32, value : f32) {
  result[(z * params.rows + m) * params.columns + n] = value;
}
`,
  };
}
