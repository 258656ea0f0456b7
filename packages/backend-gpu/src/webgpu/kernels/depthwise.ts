import type { BufferHandle, FusedActivation } from "@nn/backend";
import { activations, add, combiner } from "./functions.js";
import { type Device, launch, launchElements, params, reads, writes } from "./launch.js";
import { gradientAt, inputAt, kernelKey, pixel, type Windows, windowParams, withKernel } from "./windows.js";

/*
 * Convolutions whose groups have one channel: a thread walks through the window of an element, straight in the image.
 * A weight's gradient is a sum over all pixels of all images, made by a workgroup.
 */

/** `[x, weight, bias?, y]` */
export function depthwise(
  device: Device,
  { images, filters, outHeight, outWidth, kernel, params: values }: Windows,
  activation: FusedActivation,
  hasBias: boolean,
  buffers: readonly BufferHandle[],
): void {
  launchElements(device, {
    key: `depthwise.${activation}${hasBias ? ".bias" : ""}/${kernelKey(kernel)}`,
    count: images * filters * outHeight * outWidth,
    params: values,
    buffers,
    text: () => ({
      params: windowParams,
      buffers: [...reads("x", "weight", ...(hasBias ? ["bias"] : [])), ...writes("y")],
      functions: `${pixel}${inputAt}${activations[activation]}`,
      body: withKernel(
        kernel,
        `let p = pixel(i32(i), params.outHeight, params.outWidth);
  let f = p.x % params.filters;
  let plane = p.x / params.filters * params.channels + f / params.groupFilters;
  let start = plane * params.height * params.width;
  var sum = 0.0;
  for (var ky = 0; ky < kernelHeight; ky++) {
    for (var kx = 0; kx < kernelWidth; kx++) {
      let row = p.y * params.strideY - params.top + ky * params.dilationY;
      let column = p.z * params.strideX - params.left + kx * params.dilationX;
      sum += inputAt(start, row, column) * weight[(f * kernelHeight + ky) * kernelWidth + kx];
    }
  }
  y[i] = activate(sum${hasBias ? " + bias[f]" : ""});`,
      ),
    }),
  });
}

/** `[g, weight, dx]` */
export function depthwiseGradInput(
  device: Device,
  { images, channels, height, width, kernel, params: values }: Windows,
  buffers: readonly BufferHandle[],
): void {
  launchElements(device, {
    key: `depthwiseGradInput/${kernelKey(kernel)}`,
    count: images * channels * height * width,
    params: values,
    buffers,
    text: () => ({
      params: windowParams,
      buffers: [...reads("g", "weight"), ...writes("dx")],
      functions: `${pixel}${gradientAt}`,
      body: withKernel(
        kernel,
        `let p = pixel(i32(i), params.height, params.width);
  let channel = p.x % params.channels;
  let image = p.x / params.channels;
  var sum = 0.0;
  for (var f = channel * params.groupFilters; f < (channel + 1) * params.groupFilters; f++) {
    let start = (image * params.filters + f) * params.outHeight * params.outWidth;
    for (var ky = 0; ky < kernelHeight; ky++) {
      for (var kx = 0; kx < kernelWidth; kx++) {
        let row = p.y + params.top - ky * params.dilationY;
        let column = p.z + params.left - kx * params.dilationX;
        sum += gradientAt(start, row, column) * weight[(f * kernelHeight + ky) * kernelWidth + kx];
      }
    }
  }
  dx[i] = sum;`,
      ),
    }),
  });
}

const threads = 128;

/** `[x, g, dw]` */
export function depthwiseGradWeight(
  device: Device,
  { images, filters, kernel, params: values }: Windows,
  buffers: readonly BufferHandle[],
): void {
  const groups = filters * kernel[0] * kernel[1];
  launch(device, {
    key: `depthwiseGradWeight/${kernelKey(kernel)}`,
    groups,
    params: [groups, images, ...values],
    buffers,
    text: () => ({
      params: [...params("u32", "groups"), ...params("i32", "images"), ...windowParams],
      buffers: [...reads("x", "g"), ...writes("dw")],
      body: withKernel(
        kernel,
        `${pixel}${inputAt}${combiner("total", threads, add)}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group : vec3<u32>, @builtin(local_invocation_index) thread : u32) {
  let number = numberOf(group);
  if (number >= params.groups) { return; }
  let k = i32(number);
  let f = k / kernelSize;
  let top = k / kernelWidth % kernelHeight * params.dilationY - params.top;
  let left = k % kernelWidth * params.dilationX - params.left;
  let size = params.outHeight * params.outWidth;
  var sum = 0.0;
  for (var n = i32(thread); n < params.images * size; n += ${threads}) {
    let p = pixel(n, params.outHeight, params.outWidth);
    let plane = p.x * params.channels + f / params.groupFilters;
    let value = inputAt(plane * params.height * params.width, p.y * params.strideY + top, p.z * params.strideX + left);
    sum += value * g[(p.x * params.filters + f) * size + n % size];
  }
  let whole = total(sum, thread);
  if (thread == 0u) { dw[number] = whole; }
}`,
      ),
    }),
  });
}
