import { denseStrides, type Operand, type ReduceKind, type RequiredKernels, sizeOf } from "@nn/backend";
import { boxOf } from "../box.js";
import type { Engine, Program } from "../engine.js";
import { reduceBodies } from "./expressions.js";
import {
  at,
  coordinates,
  geometryNames,
  integer,
  merged,
  perAxis,
  placeNames,
  pushGeometry,
  pushPlace,
} from "./geometry.js";

/** A thread folds no more elements than about the square root of what there is, from this number of elements on. */
const longFold = 256;
/** No more parts than keep a GPU busy. */
const enoughThreads = 2 ** 16;

/**
 * Folds along axes. Kept and folded dimensions are walked apart. Long folds go in stages, each over parts of the stage
 * before: more threads, and sums that lose less.
 */
export function reduce(engine: Engine): RequiredKernels["reduce"] {
  return {
    run({ inputs: [input], outputs: [output], attrs: { kind, axes } }) {
      const kept = part(input, (axis) => !axes.includes(axis));
      const folded = part(input, (axis) => axes.includes(axis));
      fold(engine, kind, { input, kept, folded, output, length: sizeOf(output.shape) });
    },
  };
}

/** Some of an operand's dimensions, merged. */
export interface Part {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

interface Fold {
  readonly input: Operand;
  readonly kept: Part;
  readonly folded: Part;
  readonly output: Operand;
  /** Elements of the output. */
  readonly length: number;
}

/** The dimensions that `takes` says. */
export function part({ shape, strides }: Operand, takes: (axis: number) => boolean): Part {
  const axes = shape.map((_, axis) => axis).filter(takes);
  const walk = merged(
    axes.map((axis) => shape[axis]),
    [axes.map((axis) => strides[axis])],
  );
  return { shape: walk.shape, strides: walk.strides[0] };
}

function fold(engine: Engine, kind: ReduceKind, { input, kept, folded, output, length }: Fold): void {
  const total = sizeOf(folded.shape);
  const parts = partsFor(total, length);
  const buffer = parts === 1 ? output.buffer : engine.alloc(output.dtype, length * parts);
  const integers: number[] = [];
  pushGeometry(integers, [...kept.shape, parts]);
  pushPlace(integers, kept.strides, input.offset);
  pushGeometry(integers, folded.shape);
  for (const stride of folded.strides) integers.push(stride);
  integers.push(total, parts, Math.ceil(total / parts));
  const [outer, inner] = [kept.shape.length, folded.shape.length];
  engine.run({
    key: `reduce.${kind}/${outer}.${inner}`,
    program: () => foldProgram(kind, outer, inner),
    inputs: [input],
    output: { buffer },
    length: length * parts,
    integers,
  });
  if (parts === 1) return;
  const shape = [length, parts];
  const strides = denseStrides(shape);
  fold(engine, kind, {
    input: { buffer, dtype: output.dtype, shape, strides, offset: 0 },
    kept: { shape: [length], strides: [parts] },
    folded: { shape: [parts], strides: [1] },
    output,
    length,
  });
  engine.free(boxOf(buffer));
}

function partsFor(total: number, length: number): number {
  if (total < longFold) return 1;
  return Math.max(1, Math.min(Math.ceil(Math.sqrt(total)), Math.floor(enoughThreads / length)));
}

/** Neighbouring threads read neighbouring elements: part k takes elements k, k + parts, k + 2 parts, … */
function foldProgram(kind: ReduceKind, outer: number, inner: number): Program {
  const { start, step } = reduceBodies[kind];
  const read = (index: string, w: string) => ({
    declarations: coordinates(inner, index, w, "q", "n"),
    element: `a[base+${perAxis(w, inner)
      .map((name, axis) => `${name}*t${axis}`)
      .join("+")}]`,
  });
  const first = read(`c${outer}`, "v");
  const each = read("i", "w");
  return {
    arrays: ["a"],
    integers: [
      ...geometryNames(outer + 1),
      ...placeNames("s", outer),
      ...geometryNames(inner, "q", "n"),
      ...perAxis("t", inner),
      "total",
      "parts",
      "steps",
    ],
    body: `${coordinates(outer + 1)}${integer("base", at("s", outer))}${first.declarations}
      const first=${first.element};let r=${start};
      for(let k=0;k<steps;k++){${integer("i", `k*parts+c${outer}`)}if(i<total){${each.declarations}
        const x=${each.element};${step}}}return r;`,
  };
}
