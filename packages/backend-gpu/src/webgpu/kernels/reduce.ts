import { type Operand, type ReduceKind, type RequiredKernels, sizeOf } from "@nn/backend";
import { perAxis } from "../../kernels/geometry.js";
import { type Part, part, reduce as shortReduce } from "../../kernels/reduce.js";
import { isNaN } from "./functions.js";
import { type Device, launch, params, reads, withScratch, writes } from "./launch.js";

/*
 * Long folds: a workgroup has `columns` outputs side by side and `lanes` threads for each, which take every so-many-th
 * element and put together what they have in a tree: always the same order. Where the elements to fold lie together, all
 * threads are lanes of one output; where the outputs do, neighbouring threads read for neighbouring outputs. Few outputs
 * of very long folds are made in two rounds, by several workgroups each.
 */

const threads = 256;
/** Shorter folds have a thread for each output. */
const longFold = 64;
/** Elements that a lane takes before more workgroups share an output, and workgroups that keep a GPU busy. */
const [enoughElements, enoughGroups] = [32, 1024];

/** Combines `a` and `b`, each of which may be NaN. */
const joins: Readonly<Record<ReduceKind, string>> = {
  sum: "a + b",
  prod: "a * b",
  max: "select(select(a, b, b > a), b, isNaN(b))",
  min: "select(select(a, b, b < a), b, isNaN(b))",
  any: "select(0.0, 1.0, a != 0.0 || b != 0.0)",
  all: "select(0.0, 1.0, a != 0.0 && b != 0.0)",
};
/** What changes nothing; for `max` and `min` the element at 0 of the fold. */
const starts: Readonly<Record<ReduceKind, string>> = {
  sum: "0.0",
  prod: "1.0",
  max: "a[base]",
  min: "a[base]",
  any: "0.0",
  all: "1.0",
};

export function reduce(device: Device): RequiredKernels["reduce"] {
  const short = shortReduce(device.engine);
  return {
    run(io) {
      const {
        inputs: [input],
        outputs: [output],
        attrs: { kind, axes },
      } = io;
      const folded = part(input, (axis) => axes.includes(axis));
      if (sizeOf(folded.shape) < longFold) {
        short.run(io);
        return;
      }
      const kept = part(input, (axis) => !axes.includes(axis));
      fold(device, kind, { input, kept, folded, output });
    },
  };
}

interface Fold {
  readonly input: Pick<Operand, "buffer" | "offset">;
  readonly kept: Part;
  readonly folded: Part;
  readonly output: Pick<Operand, "buffer">;
}

function fold(device: Device, kind: ReduceKind, { input, kept, folded, output }: Fold): void {
  const length = sizeOf(kept.shape);
  const total = sizeOf(folded.shape);
  const sideBySide = Math.abs(folded.strides.at(-1) ?? 1) !== 1 && length >= 16;
  const columns = sideBySide ? 16 : 1;
  const lanes = threads / columns;
  const blocks = Math.ceil(length / columns);
  const parts = Math.min(Math.ceil(total / (lanes * enoughElements)), Math.ceil(enoughGroups / blocks));
  const run = (buffer: Operand["buffer"]) =>
    launch(device, {
      key: `reduce.${kind}/${kept.shape.length}.${folded.shape.length}/${columns}`,
      groups: blocks * parts,
      params: [
        ...[length, total, blocks, parts],
        ...[input.offset, ...kept.shape, ...kept.strides, ...folded.shape, ...folded.strides],
      ],
      buffers: [input.buffer, buffer],
      text: () => foldText(kind, kept.shape.length, folded.shape.length, columns),
    });
  if (parts === 1) {
    run(output.buffer);
    return;
  }
  withScratch(device, length * parts, (partial) => {
    run(partial);
    // One part after the other, so that the outputs lie together.
    fold(device, kind, {
      input: { buffer: partial, offset: 0 },
      kept: { shape: [length], strides: [1] },
      folded: { shape: [parts], strides: [length] },
      output,
    });
  });
}

/** Statements that leave the position of a dense index in `position`, from the last dimension on. */
function positionText(index: string, size: string, stride: string, rank: number): string {
  const steps = perAxis("", rank)
    .map(
      (axis) => `position += i32(rest % u32(params.${size}${axis})) * params.${stride}${axis};
    rest /= u32(params.${size}${axis});`,
    )
    .reverse();
  return `var rest = ${index}; var position = 0; ${steps.join("\n    ")}`;
}

function foldText(kind: ReduceKind, outer: number, inner: number, columns: number) {
  const lanes = threads / columns;
  return {
    params: [
      ...params("u32", "length", "total", "blocks", "parts"),
      ...params("i32", "start", ...perAxis("d", outer), ...perAxis("s", outer)),
      ...params("i32", ...perAxis("e", inner), ...perAxis("t", inner)),
    ],
    buffers: [...reads("a"), ...writes("r")],
    body: `${isNaN}fn join(a : f32, b : f32) -> f32 { return ${joins[kind]}; }
fn keptPosition(i : u32) -> i32 { ${positionText("i", "d", "s", outer)} return position; }
fn foldedPosition(i : u32) -> i32 { ${positionText("i", "e", "t", inner)} return position; }
var<workgroup> partial : array<f32, ${threads}>;
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group : vec3<u32>, @builtin(local_invocation_index) thread : u32) {
  let number = numberOf(group);
  if (number >= params.blocks * params.parts) { return; }
  let part = number / params.blocks;
  let column = number % params.blocks * ${columns}u + thread % ${columns}u;
  let lane = thread / ${columns}u;
  let base = params.start + keptPosition(min(column, params.length - 1u));
  var value = ${starts[kind]};
  for (var i = part * ${lanes}u + lane; i < params.total; i += params.parts * ${lanes}u) {
    value = join(value, a[base + foldedPosition(i)]);
  }
  partial[thread] = value;
  workgroupBarrier();
  for (var half = ${lanes / 2}u; half > 0u; half /= 2u) {
    if (lane < half) { partial[thread] = join(partial[thread], partial[thread + half * ${columns}u]); }
    workgroupBarrier();
  }
  if (lane == 0u && column < params.length) { r[part * params.length + column] = partial[thread]; }
}`,
  };
}
