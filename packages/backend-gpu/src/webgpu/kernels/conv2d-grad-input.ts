import type { FusedKernels } from "@nn/backend";
import { depthwiseGradInput } from "./depthwise.js";
import type { Device } from "./launch.js";
import { multiply, type Product } from "./product.js";
import {
  gradientAt,
  kernelKey,
  pixel,
  type Windows,
  windowElement,
  windowParams,
  windowsOf,
  withKernel,
} from "./windows.js";

/**
 * Channels (a row each) times input pixels (a column each); the steps are the filters and the elements of their
 * windows. Where the stride is not 1, most steps find no output pixel and add 0.
 */
export function conv2dGradInput(device: Device): FusedKernels["conv2dGradInput"] {
  return {
    dense: true,
    run({ inputs: [g, weight], outputs: [dx], attrs }) {
      const windows = windowsOf(attrs.inputShape, weight.shape, g.shape, attrs);
      if (windows.depthwise) {
        depthwiseGradInput(device, windows, [g.buffer, weight.buffer, dx.buffer]);
        return;
      }
      const { images, groups, groupChannels, groupFilters, height, width, kernel, params } = windows;
      multiply(device, productOf(windows), {
        count: groups,
        rows: groupChannels,
        columns: images * height * width,
        steps: groupFilters * kernel[0] * kernel[1],
        leftBySteps: true,
        rightBySteps: false,
        params,
        sources: [g.buffer, weight.buffer],
        extras: [],
        result: dx.buffer,
      });
    },
  };
}

function productOf({ kernel }: Windows): Product {
  return {
    key: `conv2dGradInput/${kernelKey(kernel)}`,
    params: windowParams,
    sources: ["g", "weight"],
    operands: withKernel(
      kernel,
      `${windowElement}${pixel}${gradientAt}
fn rowOf(z : u32, m : u32) -> vec4<i32> {
  return vec4<i32>((i32(z) * params.groupFilters * params.groupChannels + i32(m)) * kernelSize);
}
fn leftAt(k : u32) -> vec4<i32> {
  let f = i32(k) / kernelSize;
  return vec4<i32>(f * params.groupChannels * kernelSize + i32(k) % kernelSize);
}
fn left(row : vec4<i32>, at : vec4<i32>) -> f32 { return weight[row.x + at.x]; }
fn columnOf(z : u32, n : u32) -> vec4<i32> {
  let p = pixel(i32(n), params.height, params.width);
  let plane = p.x * params.filters + i32(z) * params.groupFilters;
  return vec4<i32>(plane * params.outHeight * params.outWidth, p.y + params.top, p.z + params.left, 0);
}
fn rightAt(k : u32) -> vec4<i32> {
  let e = windowElement(i32(k));
  return vec4<i32>(e.x * params.outHeight * params.outWidth, -e.y * params.dilationY, -e.z * params.dilationX, 0);
}
fn right(column : vec4<i32>, at : vec4<i32>) -> f32 {
  let place = column + at;
  return gradientAt(place.x, place.y, place.z);
}
`,
    ),
    extras: [],
    store: `fn store(z : u32, m : u32, n : u32, value : f32) {
  let size = params.height * params.width;
  let image = i32(n) / size;
  let channel = i32(z) * params.groupChannels + i32(m);
  result[(image * params.channels + channel) * size + i32(n) % size] = value;
}
`,
  };
}
