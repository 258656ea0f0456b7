import type { FusedActivation, FusedKernels } from "@nn/backend";
import { depthwise } from "./depthwise.js";
import { activations } from "./functions.js";
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

/** Filters (a row each) times windows (a column each). */
export function conv2d(device: Device): FusedKernels["conv2d"] {
  return {
    dense: true,
    run({ inputs: [x, weight, bias], outputs: [y], attrs }) {
      const windows = windowsOf(x.shape, weight.shape, y.shape, attrs);
      const extras = bias === undefined ? [] : [bias.buffer];
      if (windows.depthwise) {
        const buffers = [x.buffer, weight.buffer, ...extras, y.buffer];
        depthwise(device, windows, attrs.activation, bias !== undefined, buffers);
        return;
      }
      const { images, groups, groupChannels, groupFilters, outHeight, outWidth, kernel, params } = windows;
      multiply(device, productOf(windows, attrs.activation, bias !== undefined), {
        count: groups,
        rows: groupFilters,
        columns: images * outHeight * outWidth,
        steps: groupChannels * kernel[0] * kernel[1],
        leftBySteps: true,
        rightBySteps: false,
        params,
        sources: [x.buffer, weight.buffer],
        extras,
        result: y.buffer,
      });
    },
  };
}

function productOf({ kernel }: Windows, activation: FusedActivation, hasBias: boolean): Product {
  return {
    key: `conv2d.${activation}${hasBias ? ".bias" : ""}/${kernelKey(kernel)}`,
    params: windowParams,
    sources: ["x", "weight"],
    operands: withKernel(
      kernel,
      `${windowElement}${pixel}${inputAt}
fn rowOf(z : u32, m : u32) -> vec4<i32> {
  return vec4<i32>((i32(z) * params.groupFilters + i32(m)) * params.groupChannels * kernelSize);
}
fn leftAt(k : u32) -> vec4<i32> { return vec4<i32>(i32(k)); }
fn left(row : vec4<i32>, at : vec4<i32>) -> f32 { return weight[row.x + at.x]; }
fn columnOf(z : u32, n : u32) -> vec4<i32> {
  let p = pixel(i32(n), params.outHeight, params.outWidth);
  let plane = p.x * params.channels + i32(z) * params.groupChannels;
  return vec4<i32>(plane * params.height * params.width, p.y * params.strideY - params.top, p.z * params.strideX - params.left, 0);
}
fn rightAt(k : u32) -> vec4<i32> {
  let e = windowElement(i32(k));
  return vec4<i32>(e.x * params.height * params.width, e.y * params.dilationY, e.z * params.dilationX, 0);
}
fn right(column : vec4<i32>, at : vec4<i32>) -> f32 {
  let place = column + at;
  return inputAt(place.x, place.y, place.z);
}
`,
    ),
    extras: hasBias ? ["bias"] : [],
    store: `${activations[activation]}fn store(z : u32, m : u32, n : u32, value : f32) {
  let size = params.outHeight * params.outWidth;
  let filter_ = i32(z) * params.groupFilters + i32(m);
  let image = i32(n) / size;
  result[(image * params.filters + filter_) * size + i32(n) % size] = activate(value${hasBias ? " + bias[filter_]" : ""});
}
`,
  };
}
