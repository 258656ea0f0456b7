/*
 * References of the cases: loops over coordinates in plain numbers, written for being right at a glance. Nothing of the
 * library is used, so that an error in it cannot hide here too.
 */
type Numbers = readonly number[];
type Shape = readonly number[];

/** All coordinates of a shape, row-major. */
export function coordinates(shape: Shape): number[][] {
  return shape.reduce<number[][]>(
    (all, d) => all.flatMap((at) => Array.from({ length: d }, (_, i) => [...at, i])),
    [[]],
  );
}

/** Place of coordinates in a row-major array. */
export function place(at: Numbers, shape: Shape): number {
  return at.reduce((sum, c, i) => sum * shape[i]! + c, 0);
}

/** A new array of `shape` whose element at each coordinate is what `pick` gives. */
export function build(shape: Shape, pick: (at: number[]) => number): number[] {
  return coordinates(shape).map(pick);
}

/** `f` of two arrays that broadcast to `shape`. */
export function broadcast(
  f: (a: number, b: number) => number,
  shape: Shape,
  aShape: Shape,
  bShape: Shape,
): (a: Numbers, b: Numbers) => Numbers[] {
  const from = (own: Shape, at: Numbers) =>
    place(
      own.map((d, i) => (d === 1 ? 0 : at[i + at.length - own.length]!)),
      own,
    );
  return (a, b) => [build(shape, (at) => f(a[from(aShape, at)]!, b[from(bShape, at)]!))];
}

/** `f` over the elements along the axes, which are dropped or, in a result of equal size, kept. */
export function reduceAlong(
  f: (elements: number[]) => number,
  shape: Shape,
  axes: readonly number[],
): (x: Numbers) => Numbers[] {
  return (x) => {
    const kept = shape.map((d, i) => (axes.includes(i) ? 1 : d));
    const groups: number[][] = coordinates(kept).map(() => []);
    coordinates(shape).forEach((at, i) => {
      const group = place(
        at.map((c, axis) => (axes.includes(axis) ? 0 : c)),
        kept,
      );
      groups[group]!.push(x[i]!);
    });
    return [groups.map(f)];
  };
}

/** `f` of each row along an axis, a row for a row. */
export function mapAlong(f: (row: number[]) => number[], shape: Shape, axis: number): (x: Numbers) => number[] {
  return (x) => {
    const rows = new Map<string, number[]>();
    coordinates(shape).forEach((at, i) => {
      const key = at.toSpliced(axis, 1).join();
      rows.set(key, [...(rows.get(key) ?? []), x[i]!]);
    });
    const done = new Map([...rows].map(([key, row]) => [key, f(row)]));
    const length = [...done.values()][0]?.length ?? 0;
    return build(shape.with(axis, length), (at) => done.get(at.toSpliced(axis, 1).join())![at[axis]!]!);
  };
}
