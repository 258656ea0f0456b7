import { denseStrides, type Layout, type Shape } from "@nn/backend";

/*
 * Text and arguments for strided access. Shapes, strides and offsets are Integer arguments and never part of the
 * text, so one kernel per rank serves all shapes and views.
 */

/** The element that a kernel call computes. */
export const thread = "this.thread.x";

/** A scalar runs as `[1]`: a kernel without coordinates would need its own text. */
export function rankOf(shape: Shape): number {
  return Math.max(1, shape.length);
}

/** `s0, s1, …`, one name per axis. */
export function perAxis(prefix: string, rank: number): string[] {
  return Array.from({ length: rank }, (_, axis) => `${prefix}${axis}`);
}

/**
 * Declares an integer. The engine would declare `let c = <integer expression>` as a float, wrong above 2**24 in shader
 * modes; a literal followed by `++` makes it an integer.
 */
export function integer(name: string, expression: string): string {
  return `let ${name}=0;${name}++;${name}=${expression};`;
}

/** Declares the coordinates `c0, c1, …` of a dense index, whose geometry is in the arguments of `geometryNames`. */
export function coordinates(rank: number, index = thread, c = "c", p = "p", d = "d"): string {
  return perAxis(c, rank)
    .map((name, axis) =>
      integer(name, axis === 0 ? `idiv(${index},${p}0)` : `imod(idiv(${index},${p}${axis}),${d}${axis})`),
    )
    .join("");
}

/** The position in a buffer of the operand called `prefix`: offset plus coordinates times strides. */
export function at(prefix: string, rank: number, c = "c"): string {
  return [`${prefix}o`, ...perAxis(c, rank).map((name, axis) => `${name}*${prefix}${axis}`)].join("+");
}

/** Arguments that `coordinates` needs: the elements inside each axis, then the dimensions. */
export function geometryNames(rank: number, p = "p", d = "d"): string[] {
  return [...perAxis(p, rank), ...perAxis(d, rank)];
}

/** Values of `geometryNames`. */
export function geometry(shape: Shape): number[] {
  return shape.length === 0 ? [1, 1] : [...denseStrides(shape), ...shape];
}

/** Arguments that `at` needs. */
export function placeNames(prefix: string, rank: number): string[] {
  return [...perAxis(prefix, rank), `${prefix}o`];
}

/** Values of `placeNames`, with some strides replaced. */
export function place(layout: Layout, replace: Readonly<Record<number, number>> = {}): number[] {
  if (layout.shape.length === 0) return [0, layout.offset];
  return [...layout.strides.map((stride, axis) => replace[axis] ?? stride), layout.offset];
}
