// Conversions of dense elements. Codes are those of src/kernels/cast.ts.
import { argument, parallelFor, setArgument } from "./parallel";
import { masksToBytes, splat, storeBytes, storeLanes } from "./simd";

// @ts-ignore: decorator
@inline function apply(code: i32, x: usize): v128 {
  if (code == 0) return i32x4.trunc_sat_f32x4_s(v128.load(x));
  if (code == 1) return f32x4.convert_i32x4_s(v128.load(x));
  const wide = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(x)));
  return code == 2 ? f32x4.convert_i32x4_s(wide) : wide;
}
// @ts-ignore: decorator
@inline function loop(code: i32, x: usize, z: usize, n: i32): void {
  const step: usize = code < 2 ? 16 : 4;
  for (; n > 0; n -= 4) {
    storeLanes(z, apply(code, x), n);
    x += step;
    z += 16;
  }
}
// @ts-ignore: decorator
@inline function isTrue(code: i32, x: v128): v128 {
  return code == 4 ? f32x4.ne(x, splat(0)) : i32x4.ne(x, i32x4.splat(0));
}
// @ts-ignore: decorator
@inline function toBool(code: i32, x: usize, z: usize, n: i32): void {
  for (; n > 0; n -= 16) {
    const a = isTrue(code, v128.load(x));
    const b = isTrue(code, v128.load(x, 16));
    const c = isTrue(code, v128.load(x, 32));
    const d = isTrue(code, v128.load(x, 48));
    storeBytes(z, masksToBytes(a, b, c, d), n);
    x += 64;
    z += 16;
  }
}

function body(from: i32, to: i32, _thread: i32): void {
  const code = argument(0);
  const first = <usize>from;
  const x = <usize>argument(1) + (code == 2 || code == 3 ? first : first << 2);
  const z = <usize>argument(2) + (code < 4 ? first << 2 : first);
  const n = to - from;
  switch (code) {
    case 0: loop(0, x, z, n); break;
    case 1: loop(1, x, z, n); break;
    case 2: loop(2, x, z, n); break;
    case 3: loop(3, x, z, n); break;
    case 4: toBool(4, x, z, n); break;
    case 5: toBool(5, x, z, n); break;
  }
}

export function cast(code: i32, x: usize, z: usize, n: i32): void {
  setArgument(0, code);
  setArgument(1, <i32>x);
  setArgument(2, <i32>z);
  parallelFor(body, n, 1024, n >= 65536);
}
