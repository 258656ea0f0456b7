// Walks up to three operands of one shape together, row by row. The host merges neighbouring dimensions that all
// operands cross in one stride, innermost first, and writes sizes and byte strides into the descriptor. A row is the
// innermost dimension; with a single dimension a job is cut into elements, otherwise into rows.

const most = 8;
const descriptor: usize = memory.data(4 * most * 4, 16);
/** Where each thread stands: a counter for each dimension, then the byte offsets of three operands. */
const states: usize = memory.data(64 * 64, 64);

/** Eight words each: sizes, then byte strides of three operands. */
export function descriptorAddress(): usize {
  return descriptor;
}
/** First byte above the static data of the module. */
export function staticEnd(): usize {
  return __heap_base;
}
// @ts-ignore: decorator
@inline export function size(dimension: i32): i32 {
  return load<i32>(descriptor + (<usize>dimension << 2));
}
// @ts-ignore: decorator
@inline export function stride(operand: i32, dimension: i32): i32 {
  return load<i32>(descriptor + <usize>(((operand + 1) * most + dimension) << 2));
}
/** Byte offset of an operand's row. */
// @ts-ignore: decorator
@inline export function offset(operand: i32, thread: i32): usize {
  return <usize>load<i32>(states + (<usize>thread << 6) + 32 + (<usize>operand << 2));
}
// @ts-ignore: decorator
@inline function setOffset(operand: i32, thread: i32, value: i32): void {
  store<i32>(states + (<usize>thread << 6) + 32 + (<usize>operand << 2), value);
}

/** Rows of a walk over this many dimensions. */
export function rowCount(dimensions: i32): i32 {
  let rows = 1;
  for (let d = 1; d < dimensions; d++) rows *= size(d);
  return rows;
}

/** Stands at a row. */
export function seek(row: i32, dimensions: i32, thread: i32): void {
  let a = 0;
  let b = 0;
  let c = 0;
  for (let d = 1; d < dimensions; d++) {
    const n = size(d);
    const at = row % n;
    row /= n;
    store<i32>(states + (<usize>thread << 6) + (<usize>d << 2), at);
    a += at * stride(0, d);
    b += at * stride(1, d);
    c += at * stride(2, d);
  }
  setOffset(0, thread, a);
  setOffset(1, thread, b);
  setOffset(2, thread, c);
}

/** Moves to the next row; after the last one back to the first. */
export function advance(dimensions: i32, thread: i32): void {
  const state = states + (<usize>thread << 6);
  let a = load<i32>(state, 32);
  let b = load<i32>(state, 36);
  let c = load<i32>(state, 40);
  for (let d = 1; d < dimensions; d++) {
    const counter = state + (<usize>d << 2);
    const n = size(d);
    const at = load<i32>(counter) + 1;
    a += stride(0, d);
    b += stride(1, d);
    c += stride(2, d);
    if (at < n) {
      store<i32>(counter, at);
      break;
    }
    store<i32>(counter, 0);
    a -= n * stride(0, d);
    b -= n * stride(1, d);
    c -= n * stride(2, d);
  }
  store<i32>(state, a, 32);
  store<i32>(state, b, 36);
  store<i32>(state, c, 40);
}
