import type { Kernel, Pool2dAttrs, TypedArray } from "@nn/backend";
import { sizeOf } from "@nn/backend";
import { arrayOf } from "../buffer.js";
import { larger } from "../math.js";
import type { PoolGeometry } from "./pool-geometry.js";
import { endInside, firstInside, poolGeometryOf } from "./pool-geometry.js";

/** Finds the largest element of each window again, which costs less than keeping its place. */
export const maxPool2dGrad: Kernel<Pool2dAttrs> = {
  dense: true,
  run({ inputs, outputs, attrs }) {
    const [input, gradient] = inputs;
    const geometry = poolGeometryOf(input.shape, gradient.shape, attrs);
    const z = arrayOf(outputs[0]);
    z.fill(0, 0, sizeOf(input.shape));
    const spread = geometry.halves ? spreadHalves : spreadWindows;
    spread(arrayOf(input), input.offset, arrayOf(gradient), gradient.offset, z, geometry);
  },
};

/** 2 × 2 windows side by side. */
function spreadHalves(x: TypedArray, p: number, g: TypedArray, q: number, z: TypedArray, geometry: PoolGeometry): void {
  const { planes, height, width, outHeight, outWidth } = geometry;
  for (let plane = 0, o = 0; plane < planes; plane++, o += height * width) {
    for (let i = 0; i < outHeight; i++) {
      let a = o + 2 * i * width;
      for (let j = 0; j < outWidth; j++, a += 2) {
        const v0 = x[p + a];
        const v1 = x[p + a + 1];
        const v2 = x[p + a + width];
        const v3 = x[p + a + width + 1];
        // Places by arithmetic rather than jumps, which random data mispredicts. `!(v1 <= v0)` lets NaN win.
        const right = +!(v1 <= v0) & +(v0 === v0);
        const upper = larger(v0, v1);
        const lowerRight = +!(v3 <= v2) & +(v2 === v2);
        const lower = +!(larger(v2, v3) <= upper) & +(upper === upper);
        z[a + lower * (width + lowerRight) + (1 - lower) * right] = g[q++];
      }
    }
  }
}

/** Any windows. */
function spreadWindows(
  x: TypedArray,
  p: number,
  g: TypedArray,
  q: number,
  z: TypedArray,
  geometry: PoolGeometry,
): void {
  const { planes, height, width, outHeight, outWidth, kernelHeight, kernelWidth } = geometry;
  const { strideHeight, strideWidth, dilationHeight, dilationWidth, top, left } = geometry;
  for (let plane = 0, o = 0; plane < planes; plane++, o += height * width) {
    for (let i = 0; i < outHeight; i++) {
      const y0 = i * strideHeight - top;
      const r0 = firstInside(y0, dilationHeight);
      const r1 = endInside(y0, dilationHeight, kernelHeight, height);
      for (let j = 0; j < outWidth; j++) {
        const x0 = j * strideWidth - left;
        const c0 = firstInside(x0, dilationWidth);
        const c1 = endInside(x0, dilationWidth, kernelWidth, width);
        let at = -1;
        let best = 0;
        for (let r = r0; r < r1; r++) {
          let a = o + (y0 + r * dilationHeight) * width + x0 + c0 * dilationWidth;
          for (let c = c0; c < c1; c++, a += dilationWidth) {
            const v = x[p + a];
            if (at >= 0 && (v <= best || best !== best)) continue;
            best = v;
            at = a;
          }
        }
        const share = g[q++];
        if (at >= 0) z[at] += share;
      }
    }
  }
}
