/** Boxes found in an image, or there to be found. */
export interface Boxes {
  /** `[x1, y1, x2, y2]` of each box, one after the other. */
  readonly boxes: ArrayLike<number>;
  /** Class of each box. */
  readonly labels: ArrayLike<number>;
}

/** Boxes found in an image. */
export interface Detections extends Boxes {
  /** How sure each box is. */
  readonly scores: ArrayLike<number>;
}

/** Boxes there to be found in an image. */
export interface TruthBoxes extends Boxes {
  /** Boxes (1) that stand for a crowd: finding them is neither right nor wrong. Default: none. */
  readonly crowd?: ArrayLike<number>;
}

/** What became of a found box at each threshold: bit i is set where it is right at threshold i. */
export interface Match {
  readonly label: number;
  readonly score: number;
  readonly right: number;
  /** Bit i is set where the box does not count at threshold i. */
  readonly uncounted: number;
}

/**
 * Matches found boxes to true ones of the same class, the surest first, each true box once at each threshold (COCO's
 * rule: the free true box with the largest overlap at or above the threshold; a crowd only where no other is left).
 */
export function matchDetections(
  found: Detections,
  truth: TruthBoxes,
  thresholds: readonly number[],
  mostPerClass: number,
): Match[] {
  const matches: Match[] = [];
  for (const label of new Set(Array.from(found.labels))) {
    const own = indicesOf(found.labels, label)
      .sort((a, b) => found.scores[b]! - found.scores[a]!)
      .slice(0, mostPerClass);
    // Crowds last, so that other boxes are preferred.
    const others = indicesOf(truth.labels, label).sort((a, b) => isCrowd(truth, a) - isCrowd(truth, b));
    const overlaps = own.map((d) =>
      others.map((t) => overlap(found.boxes, d, truth.boxes, t, isCrowd(truth, t) === 1)),
    );
    const right = own.map(() => 0);
    const uncounted = own.map(() => 0);
    thresholds.forEach((threshold, bit) => {
      const taken = new Set<number>();
      own.forEach((_, d) => {
        const t = bestFree(overlaps[d]!, threshold, taken, (i) => isCrowd(truth, others[i]!) === 1);
        if (t < 0) return;
        const crowd = isCrowd(truth, others[t]!) === 1;
        if (!crowd) taken.add(t);
        if (crowd) uncounted[d]! |= 1 << bit;
        else right[d]! |= 1 << bit;
      });
    });
    own.forEach((d, i) => {
      matches.push({ label, score: found.scores[d]!, right: right[i]!, uncounted: uncounted[i]! });
    });
  }
  return matches;
}

function bestFree(
  overlaps: readonly number[],
  threshold: number,
  taken: ReadonlySet<number>,
  crowd: (i: number) => boolean,
): number {
  let best = -1;
  let least = Math.min(threshold, 1 - 1e-10);
  for (let i = 0; i < overlaps.length; i++) {
    if (taken.has(i)) continue;
    if (best >= 0 && !crowd(best) && crowd(i)) break;
    if (overlaps[i]! < least) continue;
    least = overlaps[i]!;
    best = i;
  }
  return best;
}

function isCrowd({ crowd }: TruthBoxes, i: number): number {
  return crowd?.[i] ? 1 : 0;
}

function indicesOf(labels: ArrayLike<number>, label: number): number[] {
  return Array.from(labels, (_, i) => i).filter((i) => labels[i] === label);
}

/** Intersection over union; over the found box alone where the true one is a crowd. */
function overlap(a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number, crowd: boolean): number {
  const [ax1, ay1, ax2, ay2] = [a[4 * i]!, a[4 * i + 1]!, a[4 * i + 2]!, a[4 * i + 3]!];
  const [bx1, by1, bx2, by2] = [b[4 * j]!, b[4 * j + 1]!, b[4 * j + 2]!, b[4 * j + 3]!];
  const width = Math.min(ax2, bx2) - Math.max(ax1, bx1);
  const height = Math.min(ay2, by2) - Math.max(ay1, by1);
  if (width <= 0 || height <= 0) return 0;
  const both = width * height;
  const own = (ax2 - ax1) * (ay2 - ay1);
  return both / (crowd ? own : own + (bx2 - bx1) * (by2 - by1) - both);
}
