import type { Point } from "./flat-parameters.js";

/** The part of a point that the search looks at. */
type Trial = Pick<Point, "t" | "loss" | "slope">;

const sufficientDecrease = 1e-4;
const curvature = 0.9;
const maxTrials = 25;

/**
 * Line search for a point where the function has fallen enough and is flat enough (the strong Wolfe conditions; Nocedal
 * and Wright, "Numerical Optimization", algorithms 3.5 and 3.6), trial by trial as PyTorch does it.
 *
 * @param start the point at t = 0, with a negative slope
 * @param evaluate the function along the line
 * @param first the t of the first trial
 * @param tolerance the search ends when the bracket is smaller than this
 */
export async function strongWolfe<P extends Trial>(
  start: P,
  evaluate: (t: number) => Promise<P>,
  first: number,
  tolerance: number,
): Promise<P> {
  const isTooHigh = ({ t, loss }: P) => loss > start.loss + sufficientDecrease * t * start.slope;
  const isFlat = ({ slope }: P) => Math.abs(slope) <= -curvature * start.slope;

  // Goes out until a minimum lies between two points.
  let previous = start;
  let point = await evaluate(first);
  let bracket: [P, P] | null = null;
  let trials = 0;
  while (trials < maxTrials && bracket === null) {
    if (isTooHigh(point) || (trials > 1 && point.loss >= previous.loss)) bracket = [previous, point];
    else if (isFlat(point)) return point;
    else if (point.slope >= 0) bracket = [previous, point];
    else {
      const t = interpolate(previous, point, [point.t + 0.01 * (point.t - previous.t), point.t * 10]);
      previous = point;
      point = await evaluate(t);
      trials++;
    }
  }
  bracket ??= [start, point];

  // Goes in: `low` is the better end, `high` the other one.
  let [low, high] = bracket[0].loss <= bracket[1].loss ? bracket : ([bracket[1], bracket[0]] as const);
  let stalled = false;
  while (trials < maxTrials && Math.abs(high.t - low.t) >= tolerance) {
    const [left, right] = low.t < high.t ? [low.t, high.t] : [high.t, low.t];
    const margin = 0.1 * (right - left);
    let t = interpolate(low, high, [left, right]);
    if (Math.min(right - t, t - left) >= margin) stalled = false;
    else if (stalled || t >= right || t <= left) {
      t = Math.abs(t - right) < Math.abs(t - left) ? right - margin : left + margin;
      stalled = false;
    } else stalled = true;

    point = await evaluate(t);
    trials++;
    if (isTooHigh(point) || point.loss >= low.loss) {
      high = point;
      if (high.loss < low.loss) [low, high] = [high, low];
      continue;
    }
    if (isFlat(point)) return point;
    if (point.slope * (high.t - low.t) >= 0) high = low;
    low = point;
  }
  return low;
}

/** Where the cubic through two points with their slopes is lowest, within the bounds; else the middle of these. */
function interpolate(a: Trial, b: Trial, [lowest, highest]: readonly [number, number]): number {
  const [left, right] = a.t <= b.t ? [a, b] : [b, a];
  const d1 = a.slope + b.slope - (3 * (a.loss - b.loss)) / (a.t - b.t);
  const square = d1 ** 2 - a.slope * b.slope;
  const d2 = Math.sqrt(square);
  const share = (right.slope + d2 - d1) / (right.slope - left.slope + 2 * d2);
  const t = right.t - (right.t - left.t) * share;
  return Number.isNaN(t) ? (lowest + highest) / 2 : Math.min(Math.max(t, lowest), highest);
}
