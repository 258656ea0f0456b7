import type { BufferHandle, Operand } from "@nn/backend";
import type { ShaderProgram } from "../../engine.js";
import { type Device, launch, launchElements, params, reads, withScratch, writes } from "./launch.js";
import { multiplyMatrices } from "./matmul.js";

/*
 * Recurrent layers: one dispatch for each step, all in few submits. A workgroup has a tile of 16 sequences × 16 units: a
 * thread multiplies the row of its sequence with the weights of its unit, for all gates, through workgroup memory, and
 * then goes on with the gates. So the products never go to memory. Backwards it is the same with the gradients of the
 * step that came before, and the weight's gradient is one product over all steps at the end.
 */

const side = 16;
const depth = 32;
const threads = side * side;

/** What the kernels of a sequence share: n sequences of t steps, h units. */
export interface Walk {
  readonly n: number;
  readonly t: number;
  readonly h: number;
  readonly reverse: boolean;
  readonly lengths: Operand | undefined;
}

export function walkOf({ shape: [n, t, h] }: Operand, lengths: Operand | undefined, reverse: boolean): Walk {
  return { n, t, h, reverse, lengths };
}

/** What a step's text may use beside its own: sizes, the step, the one that ran before. */
const stepParams = params("u32", ...["n", "t", "h", "blocks", "groups", "step", "before", "depth", "source", "finish"]);

/** The dispatches of a sequence. */
export interface Steps {
  readonly key: string;
  readonly walk: Walk;
  readonly gates: number;
  /** Buffers by name. */
  readonly sources: Readonly<Record<string, BufferHandle>>;
  readonly results: Readonly<Record<string, BufferHandle>>;
  readonly functions?: string;
  /**
   * Statements for `row` and `unit`, whose products are `sum0`, `sum1`, …; `own` is their place in a state, `at` that in
   * a sequence of them, `inside` whether the step lies within the sequence.
   */
  readonly body: string;
}

/** Sums over the units of a state, one for each gate. The state is half `params.source` of `states`, which take turns. */
export function runSteps(device: Device, steps: Steps): void {
  const { h, t, reverse } = steps.walk;
  for (let s = 0; s < t; s++) {
    const step = reverse ? t - 1 - s : s;
    run(device, steps, () => forwardTile(steps.gates), { step, before: 0, depth: h, source: s % 2, finish: 0 });
  }
}

/**
 * Against the order of the steps. `sum0` is what the gradients of the step after it, in the layer's order, give the
 * state: Σ over the gates of `dx`, or of what `back(at, j)` says. The last dispatch has `params.finish` set, and no
 * step.
 */
export function runBack(device: Device, steps: Steps): void {
  const { h, t, reverse } = steps.walk;
  const all = { source: 0, depth: h * steps.gates };
  for (let s = 0; s <= t; s++) {
    const step = reverse ? s : t - 1 - s;
    const before = reverse ? s - 1 : t - s;
    const finish = Number(s === t);
    run(device, steps, () => backTile, {
      ...all,
      step: finish ? 0 : step,
      ...(s === 0 ? { before: 0, depth: 0 } : { before }),
      finish,
    });
  }
}

interface StepValues {
  readonly step: number;
  readonly before: number;
  readonly depth: number;
  readonly source: number;
  readonly finish: number;
}

function run(device: Device, steps: Steps, tile: () => string, values: StepValues): void {
  const { key, walk, sources, results, functions = "", body } = steps;
  const { n, t, h, lengths } = walk;
  const blocks = Math.ceil(h / side);
  const groups = blocks * Math.ceil(n / side);
  const { step, before, depth, source, finish } = values;
  const text = (): ShaderProgram => ({
    params: stepParams,
    buffers: [
      ...reads(...Object.keys(sources), ...(lengths === undefined ? [] : ["lengths"])),
      ...writes(...Object.keys(results)),
    ],
    body: `${functions}${tile()}
  if (row >= params.n || unit >= params.h) { return; }
  let own = row * params.h + unit;
  let at = (row * params.t + params.step) * params.h + unit;
  let inside = ${lengths === undefined ? "true" : "f32(params.step) < lengths[row]"};
  ${body}
}`,
  });
  launch(device, {
    key: lengths === undefined ? key : `${key}.lengths`,
    groups,
    params: [n, t, h, blocks, groups, step, before, depth, source, finish],
    buffers: [...Object.values(sources), ...(lengths === undefined ? [] : [lengths.buffer]), ...Object.values(results)],
    text,
  });
}

const lines = (count: number, line: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join("\n");

const head = `@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group : vec3<u32>, @builtin(local_invocation_index) thread : u32) {
  let number = numberOf(group);
  if (number >= params.groups) { return; }
  let row0 = number / params.blocks * ${side}u;
  let unit0 = number % params.blocks * ${side}u;
  let row = row0 + thread / ${side}u;
  let unit = unit0 + thread % ${side}u;
  let line = thread / ${side}u * ${depth + 1}u;`;

const rowTile = (value: string) => `    for (var i = thread; i < ${side * depth}u; i += ${threads}u) {
      let r = row0 + i / ${depth}u;
      let k = k0 + i % ${depth}u;
      var value = 0.0;
      if (r < params.n && k < params.depth) { value = ${value}; }
      rowTile[i / ${depth}u * ${depth + 1}u + i % ${depth}u] = value;
    }`;

function forwardTile(gates: number): string {
  return `var<workgroup> rowTile : array<f32, ${side * (depth + 1)}>;
var<workgroup> weightTile : array<f32, ${gates * side * (depth + 1)}>;
${head}
  let mine = thread % ${side}u * ${depth + 1}u;
${lines(gates, (g) => `  var sum${g} = 0.0;`)}
  for (var k0 = 0u; k0 < params.depth; k0 += ${depth}u) {
${rowTile("states[(params.source * params.n + r) * params.h + k]")}
    for (var i = thread; i < ${gates * side * depth}u; i += ${threads}u) {
      let place = i / ${depth}u;
      let u = unit0 + place % ${side}u;
      let k = k0 + i % ${depth}u;
      var value = 0.0;
      if (u < params.h && k < params.depth) { value = weight[(place / ${side}u * params.h + u) * params.h + k]; }
      weightTile[place * ${depth + 1}u + i % ${depth}u] = value;
    }
    workgroupBarrier();
    for (var k = 0u; k < ${depth}u; k++) {
      let state = rowTile[line + k];
${lines(gates, (g) => `      sum${g} += state * weightTile[${g * side * (depth + 1)}u + mine + k];`)}
    }
    workgroupBarrier();
  }`;
}

const backTile = `var<workgroup> rowTile : array<f32, ${side * (depth + 1)}>;
var<workgroup> weightTile : array<f32, ${depth * (side + 1)}>;
${head}
  let mine = thread % ${side}u;
  var sum0 = 0.0;
  for (var k0 = 0u; k0 < params.depth; k0 += ${depth}u) {
${rowTile("back(r * params.t + params.before, k)")}
    for (var i = thread; i < ${side * depth}u; i += ${threads}u) {
      let u = unit0 + i % ${side}u;
      let k = k0 + i / ${side}u;
      var value = 0.0;
      if (u < params.h && k < params.depth) { value = weight[k * params.h + u]; }
      weightTile[i / ${side}u * ${side + 1}u + i % ${side}u] = value;
    }
    workgroupBarrier();
    for (var k = 0u; k < ${depth}u; k++) { sum0 += rowTile[line + k] * weightTile[k * ${side + 1}u + mine]; }
    workgroupBarrier();
  }`;

/** The gradients that go to the state are those of the gates. */
export const plainBack = "fn back(at : u32, k : u32) -> f32 { return dx[at * params.depth + k]; }\n";

/** Runs `use` with the states before each step (n, t, h), from the outputs and the first state. */
export function withStatesBefore(
  device: Device,
  { n, t, h, reverse, lengths }: Walk,
  output: Operand,
  first: Operand,
  use: (states: BufferHandle) => void,
): void {
  withScratch(device, n * t * h, (states) => {
    const length = lengths === undefined ? "params.t" : "min(u32(lengths[row]), params.t)";
    const earlier = reverse ? "i + params.h" : "i - params.h";
    launchElements(device, {
      key: `statesBefore${reverse ? ".reverse" : ""}${lengths === undefined ? "" : ".lengths"}`,
      count: n * t * h,
      params: [t, h],
      buffers: [output.buffer, first.buffer, ...(lengths === undefined ? [] : [lengths.buffer]), states],
      text: () => ({
        params: params("u32", "t", "h"),
        buffers: [...reads("y", "first", ...(lengths === undefined ? [] : ["lengths"])), ...writes("states")],
        body: `let k = i / params.h % params.t;
  let row = i / params.h / params.t;
  var value = 0.0;
  if (${reverse ? `k + 1u == ${length}` : "k == 0u"}) {
    value = first[row * params.h + i % params.h];
  } else if (${reverse ? "k + 1u < params.t" : "k > 0u"}) { value = y[${earlier}]; }
  states[i] = value;`,
      }),
    });
    use(states);
  });
}

/** The gradient of the weight, over all steps at once: dᵀ (wide × n t) · states (n t × h). */
export function multiplyGates(
  device: Device,
  { n, t, h }: Walk,
  d: BufferHandle,
  states: BufferHandle,
  weight: Operand,
): void {
  const wide = weight.shape[0];
  const matrix = (buffer: BufferHandle, shape: readonly number[], strides: readonly number[]): Operand => ({
    ...{ buffer, shape, strides, dtype: "f32", offset: 0 },
  });
  multiplyMatrices(device, matrix(d, [wide, n * t], [1, wide]), matrix(states, [n * t, h], [h, 1]), weight);
}
