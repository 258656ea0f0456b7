/** Values counted in buckets. */
export interface Histogram {
  readonly min: number;
  readonly max: number;
  readonly count: number;
  readonly sum: number;
  readonly sumSquares: number;
  /** Upper ends of the buckets. */
  readonly limits: readonly number[];
  readonly counts: readonly number[];
}

/** Counts the finite values in equal buckets. Nothing where there are none. */
export function histogramOf(values: ArrayLike<number>, buckets = 30): Histogram | undefined {
  const finite = Array.from(values).filter(Number.isFinite);
  if (finite.length === 0) return undefined;
  let [min, max, sum, sumSquares] = [finite[0]!, finite[0]!, 0, 0];
  for (const value of finite) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    sumSquares += value * value;
  }
  const used = max > min ? buckets : 1;
  const width = (max - min) / used;
  const counts = new Array<number>(used).fill(0);
  for (const value of finite) counts[Math.min(used - 1, Math.floor((value - min) / width) || 0)]!++;
  const limits = counts.map((_, i) => (i === used - 1 ? max : min + (i + 1) * width));
  return { min, max, count: finite.length, sum, sumSquares, limits, counts };
}
