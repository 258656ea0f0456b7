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

/** Each row by the place that its element has in the input; weights beyond the ends count for the last element. */
function weightsOf(
  { size, outputSize, scale, alignCorners }: AxisSpec,
  row: (place: number, add: (at: number, weight: number) => void) => void,
): Float64Array {
  const weights = new Float64Array(outputSize * size);
  const step = alignCorners ? (outputSize > 1 ? (size - 1) / (outputSize - 1) : 0) : scale;
  for (let i = 0; i < outputSize; i++) {
    const place = alignCorners ? i * step : step * (i + 0.5) - 0.5;
    row(place, (at, weight) => {
      weights[i * size + Math.min(Math.max(at, 0), size - 1)] += weight;
    });
  }
  return weights;
}
