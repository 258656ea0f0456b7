// Windows over images. A plane (one channel of one image) is first copied into a frame that includes its padding, with
// the columns sorted by their remainder modulo the stride ("phases"). There, whatever the stride, the dilation and the
// padding, neighbouring output places of a row are neighbours in memory, so kernels work on four at a time:
//   element(window element w, place p) = frame[windowOffset(w) + placeOffset(p)].
// The host writes the geometry of the call into static memory; all threads read it.

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
// @ts-ignore: decorator
@inline function firstInside(phase: i32, stride: i32): i32 {
  const before = left() - phase;
  return before > 0 ? min((before + stride - 1) / stride, phaseWidth()) : 0;
}
// @ts-ignore: decorator
@inline function endInside(phase: i32, stride: i32): i32 {
  const after = width() + left() - phase;
  return after > 0 ? min((after + stride - 1) / stride, phaseWidth()) : 0;
}

// @ts-ignore: decorator
@inline function fillRow(target: usize, from: i32, to: i32, value: f32): void {
  for (let i = from; i < to; i++) store<f32>(target + (<usize>i << 2), value);
}

/** Copies a plane into its frame. */
export function framePlane(source: usize, target: usize, border: f32): void {
  const h = height();
  const w = width();
  const stride = strideWidth();
  const phase = phaseWidth();
  const rows = frameHeight();
  for (let y = 0; y < rows; y++) {
    const inside = y - top();
    if (<u32>inside >= <u32>h) {
      fillRow(target, 0, phase * stride, border);
      target += <usize>(phase * stride) << 2;
      continue;
    }
    const row = source + (<usize>(inside * w) << 2);
    for (let f = 0; f < stride; f++) {
      const from = firstInside(f, stride);
      const to = max(from, endInside(f, stride));
      fillRow(target, 0, from, border);
      let p = row + (<usize>(from * stride + f - left()) << 2);
      let i = from;
      if (stride == 1) {
        for (; i + 4 <= to; i += 4, p += 16) v128.store(target + (<usize>i << 2), v128.load(p));
      } else if (stride == 2) {
        for (; i + 4 <= to; i += 4, p += 32) {
          v128.store(target + (<usize>i << 2), v128.shuffle<f32>(v128.load(p), v128.load(p, 16), 0, 2, 4, 6));
        }
      }
      for (; i < to; i++, p += <usize>stride << 2) store<f32>(target + (<usize>i << 2), load<f32>(p));
      fillRow(target, to, phase, border);
      target += <usize>phase << 2;
    }
  }
}

/** Copies the inside of a frame to a plane; what no window covers becomes 0. */
export function unframePlane(frame: usize, target: usize): void {
  const w = width();
  const stride = strideWidth();
  const phase = phaseWidth();
  const rows = frameHeight();
  for (let y = 0; y < height(); y++, target += <usize>w << 2) {
    const at = y + top();
    if (<u32>at >= <u32>rows) {
      memory.fill(target, 0, <usize>w << 2);
      continue;
    }
    const row = frame + (<usize>(at * phase * stride) << 2);
    if (stride == 1 && left() >= 0 && w + left() <= phase) {
      memory.copy(target, row + (<usize>left() << 2), <usize>w << 2);
      continue;
    }
    let f = left() % stride;
    let slot = left() / stride;
    if (f < 0) {
      f += stride;
      slot--;
    }
    for (let x = 0; x < w; x++) {
      const covered = <u32>slot < <u32>phase;
      store<f32>(target + (<usize>x << 2), covered ? load<f32>(row + (<usize>(f * phase + slot) << 2)) : 0);
      if (++f == stride) {
        f = 0;
        slot++;
      }
    }
  }
}
