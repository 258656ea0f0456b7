// Average pooling over any windows: they go over the frame of a plane (frame.ts), four places at a time.
import {
  dilationHeight, dilationWidth, framePlane, height, kernelHeight, kernelWidth, left, outHeight, outWidth, placePitch,
  strideHeight, strideWidth, taps, top, unframePlane, width,
} from "./frame";
import { argument } from "./parallel";
import { clearFrame, divisors, outAt, planeAt, tapTable, threadFrame } from "./pool-setup";
import { laneMask, splat, storeLanes } from "./simd";

/** By how much the sum at each place is divided: the whole window, or what lies inside the image. */
export function fillDivisors(whole: bool): void {
  let z = divisors();
  for (let y = 0; y < outHeight(); y++) {
    for (let x = 0; x < outWidth(); x++, z += 4) {
      let rows = kernelHeight(), columns = kernelWidth();
      if (!whole) {
        rows = columns = 0;
        for (let r = 0; r < kernelHeight(); r++) {
          const at = y * strideHeight() + r * dilationHeight() - top();
          if (<u32>at < <u32>height()) rows++;
        }
        for (let s = 0; s < kernelWidth(); s++) {
          const at = x * strideWidth() + s * dilationWidth() - left();
          if (<u32>at < <u32>width()) columns++;
        }
      }
      store<f32>(z, <f32>(rows * columns));
    }
  }
}

export function averageJob(from: i32, to: i32, thread: i32): void {
  const frame = threadFrame(thread);
  const table = tapTable();
  const end = table + (<usize>taps() << 2);
  const columns = outWidth();
  for (let plane = from; plane < to; plane++) {
    framePlane(planeAt(<usize>argument(0), plane), frame, 0);
    let row = frame;
    let z = outAt(<usize>argument(2), plane);
    let divisor = divisors();
    for (let y = 0; y < outHeight(); y++, row += placePitch()) {
      for (let x = 0; x < columns; x += 4) {
        const at = <usize>x << 2;
        let sum = splat(0);
        for (let t = table; t < end; t += 4) sum = f32x4.add(sum, v128.load(row + at + <usize>load<i32>(t)));
        storeLanes(z + at, f32x4.div(sum, v128.load(divisor + at)), columns - x);
      }
      z += <usize>columns << 2;
      divisor += <usize>columns << 2;
    }
  }
}

export function averageGradJob(from: i32, to: i32, thread: i32): void {
  const frame = threadFrame(thread);
  const table = tapTable();
  const end = table + (<usize>taps() << 2);
  const columns = outWidth();
  for (let plane = from; plane < to; plane++) {
    clearFrame(frame);
    let row = frame;
    let g = outAt(<usize>argument(1), plane);
    let divisor = divisors();
    for (let y = 0; y < outHeight(); y++, row += placePitch()) {
      for (let x = 0; x < columns; x += 4) {
        const at = <usize>x << 2;
        const share = v128.and(f32x4.div(v128.load(g + at), v128.load(divisor + at)), laneMask(columns - x));
        for (let t = table; t < end; t += 4) {
          const z = row + at + <usize>load<i32>(t);
          v128.store(z, f32x4.add(v128.load(z), share));
        }
      }
      g += <usize>columns << 2;
      divisor += <usize>columns << 2;
    }
    unframePlane(frame, planeAt(<usize>argument(2), plane));
  }
}
