// Gradient of an embedding's dense (rows, d) weight.
import { addRow, isInside } from "./gather";
import { argument, parallelFor, setArgument } from "./parallel";

/** A chunk owns some rows of the weight and looks through all indices for them: the order of additions is fixed. */
function ownRows(from: i32, to: i32, _thread: i32): void {
  const index = <usize>argument(0);
  const z = <usize>argument(2);
  const m = argument(3);
  const d = argument(4);
  const padding = argument(5);
  const bytes = <usize>d << 2;
  let g = <usize>argument(1);
  memory.fill(z + <usize>from * bytes, 0, <usize>(to - from) * bytes);
  for (let i = 0; i < m; i++, g += bytes) {
    const row = load<i32>(index + (<usize>i << 2));
    if (row != padding && isInside(row - from, to - from)) addRow(z + <usize>row * bytes, g, d);
  }
}
/** `padding`: the row that gets no gradient, or -1. */
export function embeddingGrad(index: usize, g: usize, z: usize, m: i32, d: i32, rows: i32, padding: i32): void {
  setArgument(0, <i32>index);
  setArgument(1, <i32>g);
  setArgument(2, <i32>z);
  setArgument(3, m);
  setArgument(4, d);
  setArgument(5, padding);
  parallelFor(ownRows, rows, 1, <i64>m * d + <i64>rows * d >= 32768);
}
