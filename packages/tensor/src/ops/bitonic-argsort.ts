import { isFloat } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { arange } from "../create/arange.js";
import { cast } from "./cast.js";
import { equal, greater, less, notEqual } from "./compare.js";
import { concat } from "./concat.js";
import { contiguous } from "./contiguous.js";
import { expand } from "./expand.js";
import { floor } from "./floor.js";
import { gather } from "./gather.js";
import { isNaN } from "./is-nan.js";
import { logicalAnd, logicalOr } from "./logical.js";
import { logicalNot } from "./logical-not.js";
import { mod } from "./mod.js";
import { mul } from "./mul.js";
import { pad } from "./pad.js";
import { permute } from "./permute.js";
import { reshape } from "./reshape.js";
import { slice } from "./slice.js";
import { where } from "./where.js";

/*
 * Batcher's bitonic sort of indices, in the required kernels alone: log2(n)² / 2 rounds, each of which compares pairs
 * at one distance. The axis is moved last and padded to a power of two with indices that sort behind everything.
 */
export function bitonicArgsort(x: Tensor, axis: number, descending: boolean): Tensor {
  const n = x.shape[axis]!;
  const order = [...x.shape.keys()].filter((i) => i !== axis).concat(axis);
  const moved = permute(x.dtype === "bool" ? cast(x, "i32") : x, order);
  const rows = moved.size / n;
  const width = 2 ** Math.ceil(Math.log2(n));
  const keys = pad(reshape(contiguous(moved), [rows, n]), [
    [0, 0],
    [0, width - n],
  ]);
  let index = expand(arange(width, { dtype: "i32", backend: x.backend }), [rows, width]);
  for (let block = 2; block <= width; block *= 2) {
    for (let distance = block / 2; distance >= 1; distance /= 2) {
      index = exchange(keys, index, n, block, distance, descending);
    }
  }
  const sorted = reshape(
    slice(index, 1, 0, n),
    order.map((i) => x.shape[i]!),
  );
  return permute(
    sorted,
    order.map((_, i) => order.indexOf(i)),
  );
}

/** One round: orders the pairs at the given distance, upwards or downwards by the block they are in. */
function exchange(
  keys: Tensor,
  index: Tensor,
  n: number,
  block: number,
  distance: number,
  descending: boolean,
): Tensor {
  const [rows, width] = keys.shape as [number, number];
  const pairs = reshape(index, [rows, width / (2 * distance), 2, distance]);
  const half = [rows, width / 2];
  const low = reshape(slice(pairs, 2, 0, 1), half);
  const high = reshape(slice(pairs, 2, 1, 2), half);
  const swapped = comesAfter(keys, low, high, n, descending);
  // Pair p belongs to the group p / distance; groups alternate direction by block.
  const pair = arange(width / 2, { dtype: "f32", backend: keys.backend });
  const group = floor(mul(pair, 2 / block));
  const upwards = equal(mod(group, 2), 0);
  const swap = equal(swapped, upwards);
  const a = reshape(where(swap, high, low), [rows, width / (2 * distance), 1, distance]);
  const b = reshape(where(swap, low, high), [rows, width / (2 * distance), 1, distance]);
  return reshape(concat([a, b], 2), [rows, width]);
}

/** Whether the element at `a` belongs behind the element at `b`: by padding, then value (NaN largest), then index. */
function comesAfter(keys: Tensor, a: Tensor, b: Tensor, n: number, descending: boolean): Tensor {
  const x = gather(keys, 1, a);
  const y = gather(keys, 1, b);
  let above = greater(x, y);
  let below = less(x, y);
  if (isFloat(keys.dtype)) {
    above = logicalOr(above, logicalAnd(isNaN(x), logicalNot(isNaN(y))));
    below = logicalOr(below, logicalAnd(isNaN(y), logicalNot(isNaN(x))));
  }
  const [behind, ahead] = descending ? [below, above] : [above, below];
  const byIndex = logicalAnd(logicalNot(logicalOr(behind, ahead)), greater(a, b));
  const byValue = logicalOr(behind, byIndex);
  const aPads = greater(a, n - 1);
  const bPads = greater(b, n - 1);
  return where(notEqual(aPads, bPads), aPads, byValue);
}
