// Windows over images. A plane (one channel of one image) is first copied into a frame that includes its padding, with
// the columns sorted by their remainder modulo the stride ("phases"). There, whatever the stride, the dilation and the
// padding, neighbouring output places of a row are neighbours in memory, so kernels work on four at a time:
//   element(window element w, place p) = frame[windowOffset(w) + placeOffset(p)].
// The host writes the geometry of the call into static memory; all threads read it.
import { copyBytes, splat } from "./simd";

const geometry: usize = memory.data(16 * 4, 64);

/** Sixteen words: the order of the functions below. */
export function geometryAddress(): usize {
  return geometry;
}
// @ts-ignore: decorator
@inline export function images(): i32 { return load<i32>(geometry); }
// @ts-ignore: decorator
@inline export function channels(): i32 { return load<i32>(geometry, 4); }
// @ts-ignore: decorator
@inline export function height(): i32 { return load<i32>(geometry, 8); }
// @ts-ignore: decorator
@inline export function width(): i32 { return load<i32>(geometry, 12); }
// @ts-ignore: decorator
@inline export function filters(): i32 { return load<i32>(geometry, 16); }
// @ts-ignore: decorator
@inline export function groups(): i32 { return load<i32>(geometry, 20); }
// @ts-ignore: decorator
@inline export function kernelHeight(): i32 { return load<i32>(geometry, 24); }
// @ts-ignore: decorator
@inline export function kernelWidth(): i32 { return load<i32>(geometry, 28); }
// @ts-ignore: decorator
@inline export function strideHeight(): i32 { return load<i32>(geometry, 32); }
// @ts-ignore: decorator
@inline export function strideWidth(): i32 { return load<i32>(geometry, 36); }
// @ts-ignore: decorator
@inline export function dilationHeight(): i32 { return load<i32>(geometry, 40); }
// @ts-ignore: decorator
@inline export function dilationWidth(): i32 { return load<i32>(geometry, 44); }
/** Padding above and to the left; the rest follows from the size of the output. May be negative (cropped). */
// @ts-ignore: decorator
@inline export function top(): i32 { return load<i32>(geometry, 48); }
// @ts-ignore: decorator
@inline export function left(): i32 { return load<i32>(geometry, 52); }
// @ts-ignore: decorator
@inline export function outHeight(): i32 { return load<i32>(geometry, 56); }
// @ts-ignore: decorator
@inline export function outWidth(): i32 { return load<i32>(geometry, 60); }

// @ts-ignore: decorator
@inline export function roundUp(x: i32, to: i32): i32 {
  return (x + to - 1) / to * to;
}

/** Output places of an image. */
// @ts-ignore: decorator
@inline export function places(): i32 {
  return outHeight() * outWidth();
}
/** Elements of a window in one channel. */
// @ts-ignore: decorator
@inline export function taps(): i32 {
  return kernelHeight() * kernelWidth();
}

/** Rows of a frame: those that windows cover. */
export function frameHeight(): i32 {
  return (outHeight() - 1) * strideHeight() + (kernelHeight() - 1) * dilationHeight() + 1;
}
/** Columns of one phase. */
export function phaseWidth(): i32 {
  return outWidth() + (kernelWidth() - 1) * dilationWidth() / strideWidth();
}
/** Floats of a row: all phases. */
export function frameWidth(): i32 {
  return phaseWidth() * strideWidth();
}

/** Byte offset of a window element. */
export function tapOffset(row: i32, column: i32): i32 {
  const x = column * dilationWidth();
  const stride = strideWidth();
  return (row * dilationHeight() * frameWidth() + (x % stride) * phaseWidth() + x / stride) << 2;
}
/** Bytes from one row of output places to the next. */
// @ts-ignore: decorator
@inline export function placePitch(): usize {
  return <usize>(strideHeight() * frameWidth()) << 2;
}

/** First and one past the last place in a phase that lies inside the image. */
function firstInside(phase: i32, stride: i32): i32 {
  const before = left() - phase;
  return before > 0 ? min((before + stride - 1) / stride, phaseWidth()) : 0;
}
function endInside(phase: i32, stride: i32): i32 {
  const after = width() + left() - phase;
  return after > 0 ? min((after + stride - 1) / stride, phaseWidth()) : 0;
}

// @ts-ignore: decorator
@inline function fillRow(target: usize, count: i32, value: f32): void {
  const v = splat(value);
  for (; count >= 4; count -= 4, target += 16) v128.store(target, v);
  for (; count > 0; count--, target += 4) store<f32>(target, value);
}

/** Copies a plane into its frame. */
export function framePlane(source: usize, target: usize, border: f32): void {
  const stride = strideWidth();
  const pitch = <usize>frameWidth() << 2;
  // Rows [y0, y1) of the frame are inside the image.
  const rows = frameHeight();
  const y0 = max(0, min(rows, top()));
  const y1 = max(y0, min(rows, height() + top()));
  fillRow(target, y0 * frameWidth(), border);
  fillRow(target + <usize>y1 * pitch, (rows - y1) * frameWidth(), border);
  for (let f = 0; f < stride; f++) {
    const from = firstInside(f, stride);
    const to = max(from, endInside(f, stride));
    const row = source + (<usize>((y0 - top()) * width() + from * stride + f - left()) << 2);
    framePhase(row, target + <usize>y0 * pitch + (<usize>(f * phaseWidth()) << 2), from, to, y1 - y0, border);
  }
}

/** One phase of all rows that are inside: `from` places of border, then the image, then border again. */
function framePhase(source: usize, target: usize, from: i32, to: i32, rows: i32, border: f32): void {
  const stride = strideWidth();
  const phase = phaseWidth();
  const sourcePitch = <usize>width() << 2;
  const targetPitch = <usize>frameWidth() << 2;
  for (; rows > 0; rows--, source += sourcePitch, target += targetPitch) {
    let z = target;
    for (let i = from; i > 0; i--, z += 4) store<f32>(z, border);
    let p = source;
    let n = to - from;
    if (stride == 1) {
      for (; n >= 4; n -= 4, p += 16, z += 16) v128.store(z, v128.load(p));
    } else if (stride == 2) {
      for (; n >= 4; n -= 4, p += 32, z += 16) {
        v128.store(z, v128.shuffle<f32>(v128.load(p), v128.load(p, 16), 0, 2, 4, 6));
      }
    }
    for (; n > 0; n--, p += <usize>stride << 2, z += 4) store<f32>(z, load<f32>(p));
    for (let i = phase - to; i > 0; i--, z += 4) store<f32>(z, border);
  }
}

/** Copies the inside of a frame to a plane; what no window covers becomes 0. */
export function unframePlane(frame: usize, target: usize): void {
  const w = width();
  const stride = strideWidth();
  const phase = phaseWidth();
  const rows = frameHeight();
  // Columns [x0, x1) of the plane are covered.
  const x0 = max(0, min(w, -left()));
  const x1 = max(x0, min(w, phase * stride - left()));
  for (let y = 0; y < height(); y++, target += <usize>w << 2) {
    const at = y + top();
    if (<u32>at >= <u32>rows) {
      fillRow(target, w, 0);
      continue;
    }
    fillRow(target, x0, 0);
    fillRow(target + (<usize>x1 << 2), w - x1, 0);
    const row = frame + (<usize>(at * phase * stride) << 2);
    const first = x0 + left();
    const z = target + (<usize>x0 << 2);
    if (stride == 1) copyBytes(z, row + (<usize>first << 2), <usize>(x1 - x0) << 2);
    else joinPhases(row, first, z, x1 - x0);
  }
}

/** The places [first, first + n) of a row of the frame, in their order in the image. */
function joinPhases(row: usize, first: i32, target: usize, n: i32): void {
  const stride = strideWidth();
  const phase = phaseWidth();
  let slot = first / stride;
  let f = first - slot * stride;
  if (stride == 2) {
    let a = row + (<usize>(f * phase + slot) << 2);
    let b = row + (<usize>((1 - f) * phase + slot + f) << 2);
    for (; n >= 8; n -= 8, a += 16, b += 16, target += 32, slot += 4) {
      const even = v128.load(a), odd = v128.load(b);
      v128.store(target, v128.shuffle<f32>(even, odd, 0, 4, 1, 5));
      v128.store(target, v128.shuffle<f32>(even, odd, 2, 6, 3, 7), 16);
    }
  }
  for (; n > 0; n--, target += 4) {
    store<f32>(target, load<f32>(row + (<usize>(f * phase + slot) << 2)));
    if (++f == stride) {
      f = 0;
      slot++;
    }
  }
}
