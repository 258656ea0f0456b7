import type { AvgPool2dAttrs, Kernel } from "@nn/backend";
import { arrayOf } from "../buffer.js";
import { endInside, firstInside, poolGeometryOf } from "./pool-geometry.js";

export const avgPool2d: Kernel<AvgPool2dAttrs> = {
  dense: true,
  run({ inputs, outputs, attrs }) {
    const geometry = poolGeometryOf(inputs[0].shape, outputs[0].shape, attrs);
    const { planes, height, width, outHeight, outWidth, kernelHeight, kernelWidth } = geometry;
    const { strideHeight, strideWidth, dilationHeight, dilationWidth, top, left } = geometry;
    const x = arrayOf(inputs[0]);
    const z = arrayOf(outputs[0]);
    let p = inputs[0].offset;
    for (let plane = 0, o = 0; plane < planes; plane++, p += height * width) {
      for (let i = 0; i < outHeight; i++) {
        const y0 = i * strideHeight - top;
        const r0 = firstInside(y0, dilationHeight);
        const r1 = endInside(y0, dilationHeight, kernelHeight, height);
        for (let j = 0; j < outWidth; j++) {
          const x0 = j * strideWidth - left;
          const c0 = firstInside(x0, dilationWidth);
          const c1 = endInside(x0, dilationWidth, kernelWidth, width);
          let sum = 0;
          for (let r = r0; r < r1; r++) {
            let a = p + (y0 + r * dilationHeight) * width + x0 + c0 * dilationWidth;
            for (let c = c0; c < c1; c++, a += dilationWidth) sum += x[a];
          }
          z[o++] = sum / (attrs.countIncludePad ? kernelHeight * kernelWidth : (r1 - r0) * (c1 - c0));
        }
      }
    }
  },
};
