/** How `interpolate` goes from one length to another along one axis. */
export interface AxisSpec {
  readonly size: number;
  readonly outputSize: number;
  /** Elements of the input per element of the result. */
  readonly scale: number;
  readonly alignCorners: boolean;
}

/** For each element of the result, the place it is taken from. PyTorch computes it in f32; so does this. */
export function nearestPlaces({ size, outputSize, scale }: AxisSpec, exact: boolean): number[] {
  const step = Math.fround(scale);
  return Array.from({ length: outputSize }, (_, i) => {
    const place = Math.fround((exact ? i + 0.5 : i) * step);
    return Math.min(Math.floor(place), size - 1);
  });
}

/** `(outputSize, size)`, row-major: the weights of the two neighbors. */
export function linearWeights(axis: AxisSpec): Float64Array {
  return weightsOf(axis, (place, add) => {
    const at = Math.max(place, 0);
    const before = Math.floor(at);
    add(before, 1 - (at - before));
    add(before + 1, at - before);
  });
}

/** `(outputSize, size)`, row-major: the weights of the four neighbors, by Keys' cubic with a = -0.75. */
export function cubicWeights(axis: AxisSpec): Float64Array {
  const a = -0.75;
  const near = (d: number) => ((a + 2) * d - (a + 3)) * d * d + 1;
  const far = (d: number) => ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
  return weightsOf(axis, (place, add) => {
    const before = Math.floor(place);
    const t = place - before;
    add(before - 1, far(t + 1));
    add(before, near(t));
    add(before + 1, near(1 - t));
    add(before + 2, far(2 - t));
  });
}

/** `(outputSize, size)`, row-major: a triangle as wide as an element of the result, where that is the larger one. */
export function triangleWeights(axis: AxisSpec): Float64Array {
  return filterWeights(axis, 1, (d) => 1 - d);
}

/** `(outputSize, size)`, row-major: Keys' cubic with a = -0.5, stretched likewise. */
export function wideCubicWeights(axis: AxisSpec): Float64Array {
  return filterWeights(axis, 2, (d) => (d < 1 ? (1.5 * d - 2.5) * d * d + 1 : ((2.5 - 0.5 * d) * d - 4) * d + 2));
}

/** Rows that add up to 1, by a filter of the distance that ends at `reach`; nothing counts beyond the ends. */
function filterWeights(axis: AxisSpec, reach: number, filter: (distance: number) => number): Float64Array {
  const { size, outputSize } = axis;
  const weights = new Float64Array(outputSize * size);
  const step = stepOf(axis);
  const width = Math.max(step, 1);
  for (let i = 0; i < outputSize; i++) {
    // PyTorch's middle, with aligned corners too.
    const middle = step * (i + 0.5);
    const start = Math.max(Math.trunc(middle - reach * width + 0.5), 0);
    const end = Math.min(Math.trunc(middle + reach * width + 0.5), size);
    const row = weights.subarray(i * size + start, i * size + end);
    for (let j = 0; j < row.length; j++) {
      const distance = Math.abs(start + j + 0.5 - middle) / width;
      if (distance < reach) row[j] = filter(distance);
    }
    const total = row.reduce((sum, weight) => sum + weight, 0);
    for (let j = 0; j < row.length; j++) row[j] /= total;
  }
  return weights;
}

/** Elements of the input per element of the result. */
function stepOf({ size, outputSize, scale, alignCorners }: AxisSpec): number {
  if (!alignCorners) return scale;
  return outputSize > 1 ? (size - 1) / (outputSize - 1) : 0;
}

/** Each row by the place that its element has in the input; weights beyond the ends count for the last element. */
function weightsOf(
  axis: AxisSpec,
  row: (place: number, add: (at: number, weight: number) => void) => void,
): Float64Array {
  const { size, outputSize, alignCorners } = axis;
  const weights = new Float64Array(outputSize * size);
  const step = stepOf(axis);
  for (let i = 0; i < outputSize; i++) {
    const place = alignCorners ? i * step : step * (i + 0.5) - 0.5;
    row(place, (at, weight) => {
      weights[i * size + Math.min(Math.max(at, 0), size - 1)] += weight;
    });
  }
  return weights;
}
