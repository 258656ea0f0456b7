import type { Layout, Shape } from "@nn/backend";

/*
 * Text and arguments for strided access. Shapes, strides and offsets are Integer arguments and never part of the
 * text, so one kernel per rank serves all shapes and views. A position in a dense shape (`c0, c1, …`) is found by
 * dividing the thread's number; the fewer dimensions, the fewer divisions.
 */

/** The element that a kernel call computes. */
export const thread = "this.thread.x";

/** `s0, s1, …`, one name per axis. */
export function perAxis(prefix: string, rank: number): string[] {
  return Array.from({ length: rank }, (_, axis) => `${prefix}${axis}`);
}

/**
 * Declares an integer. gpu.js would declare `let c = <integer expression>` as a float, wrong above 2**24 in shaders; a
 * literal followed by `++` makes it an integer.
 */
export function integer(name: string, expression: string): string {
  return `let ${name}=0;${name}++;${name}=${expression};`;
}

/** Declares the coordinates `c0, c1, …` of a dense index, whose geometry is in the arguments of `geometryNames`. */
export function coordinates(rank: number, index = thread, c = "c", p = "p", d = "d"): string {
  return perAxis(c, rank)
    .map((name, axis) => {
      const above = axis === rank - 1 ? index : `idiv(${index},${p}${axis})`;
      return integer(name, axis === 0 ? above : `imod(${above},${d}${axis})`);
    })
    .join("");
}

/** Arguments that `coordinates` needs: the elements inside each axis but the last, then the dimensions but the first. */
export function geometryNames(rank: number, p = "p", d = "d"): string[] {
  return [...perAxis(p, rank).slice(0, -1), ...perAxis(d, rank).slice(1)];
}

/** Appends the values of `geometryNames`. */
export function pushGeometry(integers: number[], shape: Shape): void {
  const last = shape.length - 1;
  let inside = 1;
  const start = integers.length;
  for (let axis = last; axis > 0; axis--) {
    inside *= shape[axis];
    integers[start + axis - 1] = inside;
    integers[start + last + axis - 1] = shape[axis];
  }
}

/** The position in a buffer of the operand called `prefix`: offset plus coordinates times strides. */
export function at(prefix: string, rank: number, c = "c"): string {
  return [`${prefix}o`, ...perAxis(c, rank).map((name, axis) => `${name}*${prefix}${axis}`)].join("+");
}

/** Arguments that `at` needs. */
export function placeNames(prefix: string, rank: number): string[] {
  return [...perAxis(prefix, rank), `${prefix}o`];
}

/** Appends the values of `placeNames`. */
export function pushPlace(integers: number[], strides: readonly number[], offset: number): void {
  for (let axis = 0; axis < strides.length; axis++) integers.push(strides[axis]);
  integers.push(offset);
}

/** Dimensions that several operands walk through together, each with strides of its own. */
export interface Walk {
  readonly shape: number[];
  /** Strides by operand. */
  readonly strides: number[][];
}

/**
 * The same walk in as few dimensions as possible, at least one: those of size 1 go, and neighbours that every operand
 * passes through without a jump become one. A dense operand has one.
 */
export function merged(shape: Shape, strides: readonly (readonly number[])[]): Walk {
  const walk: Walk = { shape: [], strides: strides.map(() => []) };
  for (let axis = 0; axis < shape.length; axis++) {
    const size = shape[axis];
    if (size === 1) continue;
    const last = walk.shape.length - 1;
    if (last >= 0 && continues(walk, strides, axis, size)) {
      walk.shape[last] *= size;
      for (let k = 0; k < strides.length; k++) walk.strides[k][last] = strides[k][axis];
    } else {
      walk.shape.push(size);
      for (let k = 0; k < strides.length; k++) walk.strides[k].push(strides[k][axis]);
    }
  }
  if (walk.shape.length > 0) return walk;
  return { shape: [1], strides: strides.map(() => [0]) };
}

function continues(walk: Walk, strides: readonly (readonly number[])[], axis: number, size: number): boolean {
  const last = walk.shape.length - 1;
  for (let k = 0; k < strides.length; k++) if (walk.strides[k][last] !== strides[k][axis] * size) return false;
  return true;
}

/** A shape of at least one dimension: a kernel without coordinates would need a text of its own. */
export function ranked(layout: Layout): Layout {
  return layout.shape.length > 0 ? layout : { ...layout, shape: [1], strides: [0] };
}
