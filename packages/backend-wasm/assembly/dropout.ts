// Dropout of dense arrays.
import { argument, parallelFor, setArgument } from "./parallel";
import { bytesToMask, storeLanes } from "./simd";

const factor: usize = memory.data(4, 4);

function body(from: i32, to: i32, _thread: i32): void {
  let x = <usize>argument(0) + (<usize>from << 2);
  let mask = <usize>argument(1) + <usize>from;
  let z = <usize>argument(2) + (<usize>from << 2);
  const scale = v128.load32_splat(factor);
  for (let n = to - from; n > 0; n -= 4, x += 16, mask += 4, z += 16) {
    storeLanes(z, v128.and(f32x4.mul(v128.load(x), scale), bytesToMask(mask)), n);
  }
}
/** x · scale where the mask (one byte each) is not 0, else 0: of NaN too. */
export function dropout(x: usize, mask: usize, z: usize, n: i32, scale: f32): void {
  setArgument(0, <i32>x);
  setArgument(1, <i32>mask);
  setArgument(2, <i32>z);
  store<f32>(factor, scale);
  parallelFor(body, n, 1024, n >= 65536);
}
