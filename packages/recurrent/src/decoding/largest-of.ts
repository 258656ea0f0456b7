/** A value and where it was. */
export interface Ranked {
  readonly value: number;
  readonly index: number;
}

/** The `count` largest values in order, the first of equal ones before the others; -∞ does not count. */
export function largestOf(values: ArrayLike<number>, count: number): Ranked[] {
  const best: Ranked[] = [];
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (value === Number.NEGATIVE_INFINITY || (best.length === count && value <= best[count - 1].value)) continue;
    let at = best.length;
    while (at > 0 && best[at - 1].value < value) at--;
    best.splice(at, 0, { value, index });
    if (best.length > count) best.pop();
  }
  return best;
}
