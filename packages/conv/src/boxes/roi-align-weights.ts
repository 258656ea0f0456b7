import {
  abs,
  add,
  arange,
  ceil,
  clamp,
  div,
  floor,
  full,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  maximum,
  mul,
  reshape,
  sub,
  sum,
  type Tensor,
  where,
} from "@nn/tensor";

/** Samples that are looked at near each element: they lie more than half an element apart, so that no others matter. */
const near = 6;

/**
 * How much each element along one axis counts in each bin of each region: `(k, bins, size)`. A bin is the mean of its
 * samples, and a sample lies between two elements, so that the weights of an axis do not depend on the other one.
 *
 * @param start where the regions begin, in elements: `(k, 1)`
 * @param extent how long they are: `(k, 1)`
 * @param samplingRatio samples of a bin; 0 or less for as many as it spans elements, rounded up
 */
export function axisWeights(start: Tensor, extent: Tensor, bins: number, size: number, samplingRatio: number): Tensor {
  const { dtype, backend } = start;
  const k = start.shape[0];
  // All of (k, bins, size, samples).
  const along = (axis: 1 | 2 | 3, length: number) =>
    reshape(arange(length, { dtype, backend }), [1, 1, 1, 1].with(axis, length));
  const bin = reshape(div(extent, bins), [k, 1, 1, 1]);
  const origin = add(reshape(start, [k, 1, 1, 1]), mul(bin, along(1, bins)));
  const elements = along(2, size);
  const samples = samplingRatio > 0 ? full([1, 1, 1, 1], samplingRatio, { dtype, backend }) : ceil(bin);
  const step = div(bin, maximum(samples, 1));
  const at = (sample: Tensor) => add(origin, mul(add(sample, 0.5), step));
  // With a number of samples that differs from region to region: from the first that may lie within one element.
  const first = () => maximum(floor(sub(div(sub(sub(elements, 1), origin), step), 0.5)), 0);
  const sample = samplingRatio > 0 ? along(3, samplingRatio) : add(first(), along(3, near));
  const place = at(sample);
  // A sample beyond the image counts for its edge, up to one element away.
  const inside = logicalAnd(logicalAnd(greaterEqual(place, -1), lessEqual(place, size)), less(sample, samples));
  const weight = maximum(sub(1, abs(sub(clamp(place, 0, size - 1), elements))), 0);
  return div(sum(where(inside, weight, 0), -1), reshape(maximum(samples, 1), [-1, 1, 1]));
}
