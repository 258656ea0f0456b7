import type { Kernel, Pool2dAttrs, TypedArray } from "@nn/backend";
import { arrayOf } from "../buffer.js";
import { larger } from "../math.js";
import type { PoolGeometry } from "./pool-geometry.js";
import { endInside, firstInside, poolGeometryOf } from "./pool-geometry.js";

export const maxPool2d: Kernel<Pool2dAttrs> = {
  dense: true,
  run({ inputs, outputs, attrs }) {
    const geometry = poolGeometryOf(inputs[0].shape, outputs[0].shape, attrs);
    const pool = geometry.halves ? poolHalves : poolWindows;
    pool(arrayOf(inputs[0]), inputs[0].offset, arrayOf(outputs[0]), geometry);
  },
};

/** 2 × 2 windows side by side. */
function poolHalves(x: TypedArray, p: number, z: TypedArray, geometry: PoolGeometry): void {
  const { planes, height, width, outHeight, outWidth } = geometry;
  for (let plane = 0, o = 0; plane < planes; plane++, p += height * width) {
    for (let i = 0; i < outHeight; i++) {
      let a = p + 2 * i * width;
      for (let j = 0; j < outWidth; j++, a += 2) {
        z[o++] = larger(larger(x[a], x[a + 1]), larger(x[a + width], x[a + width + 1]));
      }
    }
  }
}

/** Any windows. */
function poolWindows(x: TypedArray, p: number, z: TypedArray, geometry: PoolGeometry): void {
  const { planes, height, width, outHeight, outWidth, kernelHeight, kernelWidth } = geometry;
  const { strideHeight, strideWidth, dilationHeight, dilationWidth, top, left } = geometry;
  for (let plane = 0, o = 0; plane < planes; plane++, p += height * width) {
    for (let i = 0; i < outHeight; i++) {
      const y0 = i * strideHeight - top;
      const r0 = firstInside(y0, dilationHeight);
      const r1 = endInside(y0, dilationHeight, kernelHeight, height);
      for (let j = 0; j < outWidth; j++) {
        const x0 = j * strideWidth - left;
        const c0 = firstInside(x0, dilationWidth);
        const c1 = endInside(x0, dilationWidth, kernelWidth, width);
        let best = -Infinity;
        for (let r = r0; r < r1; r++) {
          let a = p + (y0 + r * dilationHeight) * width + x0 + c0 * dilationWidth;
          for (let c = c0; c < c1; c++, a += dilationWidth) best = Math.max(best, x[a]);
        }
        z[o++] = best;
      }
    }
  }
}
