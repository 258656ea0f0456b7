// Where the largest or smallest element of dense (outer, reduced, inner) arrays is: the first, and a NaN counts as the
// extreme. Kinds: 0 largest, 1 smallest.

// @ts-ignore: decorator
@inline function scan<T>(kind: i32, x: usize, z: usize, outer: i32, rows: i32, inner: i32): void {
  const pitch = <usize>inner * sizeof<T>();
  for (let i = 0; i < outer; i++) {
    for (let j = 0; j < inner; j++) {
      let p = x + <usize>j * sizeof<T>();
      let best = load<T>(p);
      let at = 0;
      for (let k = 1; k < rows; k++) {
        p += pitch;
        const v = load<T>(p);
        // What differs from itself is a NaN; the first one stays. Selected, for a jump would be mispredicted.
        const better = i32(kind == 0 ? v > best : v < best) | (i32(v != v) & i32(best == best));
        best = select(v, best, better);
        at = select(k, at, better);
      }
      store<i32>(z, at);
      z += 4;
    }
    x += <usize>rows * pitch;
  }
}

/** Types: 0 f32, 1 i32, 2 bool. */
export function argReduce(kind: i32, type: i32, x: usize, z: usize, outer: i32, rows: i32, inner: i32): void {
  if (type == 0) scan<f32>(kind, x, z, outer, rows, inner);
  else if (type == 1) scan<i32>(kind, x, z, outer, rows, inner);
  else scan<u8>(kind, x, z, outer, rows, inner);
}
