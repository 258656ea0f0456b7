import type { Shape } from "@nn/tensor";

/** How far a number may be from the expected one: the larger of the two allowances counts. */
export interface Tolerance {
  /** Allowed error as a part of the expected number. Default 1e-5. */
  readonly rtol?: number;
  /** Allowed error in absolute terms. Default: as `rtol`, so that numbers below 1 are compared absolutely. */
  readonly atol?: number;
}

/** The worst of the elements that differ. */
export interface Difference {
  /** Element, row-major. */
  readonly index: number;
  readonly expected: number;
  readonly got: number;
  readonly allowed: number;
  /** How many elements differ. */
  readonly count: number;
  readonly total: number;
}

/** The worst element that is further off than allowed, or null. NaN equals NaN, infinities equal their like. */
export function findDifference(
  got: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: Tolerance = {},
): Difference | null {
  const { rtol = 1e-5, atol = rtol } = tolerance;
  let worst: Difference | null = null;
  let excess = 0;
  let count = 0;
  for (let i = 0; i < expected.length; i++) {
    const e = expected[i];
    const g = got[i];
    if (g === e || (Number.isNaN(g) && Number.isNaN(e))) continue;
    const allowed = Number.isFinite(e) ? Math.max(atol, rtol * Math.abs(e)) : 0;
    const error = Math.abs(g - e);
    if (error <= allowed) continue;
    count++;
    // NaN and infinity against a number are worse than any number.
    const by = Number.isFinite(error) ? error / (allowed || 1) : Number.POSITIVE_INFINITY;
    if (worst !== null && by <= excess) continue;
    excess = by;
    worst = { index: i, expected: e, got: g, allowed, count: 0, total: expected.length };
  }
  return worst === null ? null : { ...worst, count };
}

/** Rows of an error message that show a difference. */
export function differenceRows(difference: Difference, shape: Shape): (readonly [string, string])[] {
  const { index, expected, got, allowed, count, total } = difference;
  return [
    ["at", `[${coordinates(index, shape).join(", ")}], the worst of ${count} that differ, of ${total}`],
    ["expected", String(expected)],
    ["got", String(got)],
    ["off by", `${Math.abs(got - expected).toExponential(2)}, allowed ${allowed.toExponential(2)}`],
  ];
}

function coordinates(index: number, shape: Shape): number[] {
  const at = new Array<number>(shape.length);
  for (let i = shape.length - 1; i >= 0; i--) {
    at[i] = index % shape[i];
    index = Math.floor(index / shape[i]);
  }
  return at;
}
