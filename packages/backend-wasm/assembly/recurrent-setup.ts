// Sets up the arguments that all recurrent jobs share, and packs the weight with all threads.
import { argument, parallelFor, setArgument, workerCount } from "./parallel";
import { copyBytes } from "./simd";
import { packedFloats, packWeight, sizesAt, threadFloats } from "./recurrent";

/** Bytes of workspace for a layer whose steps multiply with a (depth × columns) matrix. */
export function recurrentWorkspace(depth: i32, columns: i32): usize {
  const threads = workerCount() + 1;
  return (<usize>packedFloats(depth, columns) + <usize>threads * <usize>threadFloats(depth, columns)) << 2;
}

/** Copies n floats that do not overlap. */
export function copyFloats(x: usize, z: usize, n: i32): void {
  copyBytes(z, x, <usize>n << 2);
}

function packJob(from: i32, to: i32, _thread: i32): void {
  const along = <usize>argument(sizesAt + 9);
  const column = <usize>argument(sizesAt + 10);
  packWeight(
    <usize>argument(sizesAt + 8), along, column, argument(sizesAt + 11), argument(sizesAt + 12),
    <usize>argument(sizesAt + 5), from, to,
  );
}

/** `turned`: the steps multiply with the transpose of the dense weight (gates · h, h), as they do forwards. */
export function setUp(
  n: i32, t: i32, h: i32, reverse: i32, lengths: usize, weight: usize, gates: i32, turned: bool, workspace: usize,
): void {
  const columns = turned ? gates * h : h;
  const depth = turned ? h : gates * h;
  setArgument(sizesAt, n);
  setArgument(sizesAt + 1, t);
  setArgument(sizesAt + 2, h);
  setArgument(sizesAt + 3, reverse);
  setArgument(sizesAt + 4, <i32>lengths);
  setArgument(sizesAt + 5, <i32>workspace);
  setArgument(sizesAt + 6, <i32>(workspace + (<usize>packedFloats(depth, columns) << 2)));
  setArgument(sizesAt + 7, threadFloats(depth, columns));
  setArgument(sizesAt + 8, <i32>weight);
  setArgument(sizesAt + 9, turned ? 4 : h << 2);
  setArgument(sizesAt + 10, turned ? h << 2 : 4);
  setArgument(sizesAt + 11, columns);
  setArgument(sizesAt + 12, depth);
  parallelFor(packJob, (columns + 7) >> 3, 4, <i64>depth * columns >= 1 << 16);
}

/** Whether a whole layer is enough work for other threads. */
// @ts-ignore: decorator
@inline export function isWorthThreads(n: i32, t: i32, h: i32, gates: i32): bool {
  return <i64>n * t * h * h * gates >= 1 << 18;
}
