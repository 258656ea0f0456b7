// Division of the rows of a dense (rows, n) matrix by their root mean square; its gradient is in layer-norm-grad.ts.
import { inverseRoot, setEpsilon } from "./epsilon";
import { normalize, ones, squares, zeros } from "./layer-norm";
import { argument, parallelFor, setArgument } from "./parallel";

function forwardRows(from: i32, to: i32, _thread: i32): void {
  const w: usize = argument(1) ? 16 : 0;
  const weight = w ? <usize>argument(1) : ones;
  const n = argument(4);
  const bytes = <usize>n << 2;
  for (let i = from; i < to; i++) {
    const x = <usize>argument(0) + <usize>i * bytes;
    const scale = <f32>inverseRoot(<f32>(squares(x, 0, n) / n));
    store<f32>(<usize>argument(3) + (<usize>i << 2), scale);
    normalize(x, <usize>argument(2) + <usize>i * bytes, n, 0, scale, weight, w, zeros, 0);
  }
}
/** `weight` may be 0: none. `scale` takes the reciprocal of each row's root mean square. */
export function rmsNorm(x: usize, weight: usize, z: usize, scale: usize, rows: i32, n: i32, eps: f32): void {
  setArgument(0, <i32>x);
  setArgument(1, <i32>weight);
  setArgument(2, <i32>z);
  setArgument(3, <i32>scale);
  setArgument(4, n);
  setEpsilon(eps);
  parallelFor(forwardRows, rows, 1, <i64>rows * n >= 8192);
}
