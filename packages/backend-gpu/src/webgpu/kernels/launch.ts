import type { BufferHandle } from "@nn/backend";
import { boxOf } from "../../box.js";
import type { Engine, ShaderProgram, Shaders } from "../../engine.js";

/** The engine with its shaders: what the kernels of this folder are made over. */
export interface Device {
  readonly engine: Engine;
  readonly shaders: Shaders;
}

/** Threads of a workgroup whose threads do not work together. */
export const loneThreads = 64;

/** A dispatch of so many workgroups, whatever the limit of one dimension. */
export interface Launch {
  readonly key: string;
  /** Asked once for each key. The body finds the workgroup's number by `numberOf(workgroup_id)`. */
  text(): ShaderProgram;
  readonly buffers: readonly BufferHandle[];
  readonly params: readonly number[];
  readonly groups: number;
}

/** Workgroups beyond the limit of one dimension are stacked in rows, so the last row may have some too many. */
export function launch({ shaders }: Device, { key, text, buffers, params, groups }: Launch): void {
  const rows = Math.ceil(groups / shaders.maxWorkgroups);
  const across = Math.ceil(groups / rows);
  shaders.run({
    key,
    program: () => numbered(text()),
    buffers,
    params: [across, ...params],
    workgroups: [across, rows, 1],
  });
}

function numbered({ params, buffers, body }: ShaderProgram): ShaderProgram {
  return {
    params: [["across", "u32"], ...params],
    buffers,
    body: `fn numberOf(group : vec3<u32>) -> u32 { return group.y * params.across + group.x; }\n${body}`,
  };
}

/** A dispatch with a thread for each of `count` elements. */
export interface ElementLaunch extends Omit<Launch, "groups" | "text"> {
  /** Statements for the element `i`, a u32; `functions` go before. */
  text(): ShaderProgram & { readonly functions?: string };
  readonly count: number;
}

export function launchElements(device: Device, { text, count, params, ...call }: ElementLaunch): void {
  launch(device, {
    ...call,
    params: [count, ...params],
    groups: Math.ceil(count / loneThreads),
    text: () => {
      const program = text();
      return {
        params: [["count", "u32"], ...program.params],
        buffers: program.buffers,
        body: `${program.functions ?? ""}
@compute @workgroup_size(${loneThreads})
fn main(@builtin(workgroup_id) group : vec3<u32>, @builtin(local_invocation_index) thread : u32) {
  let i = numberOf(group) * ${loneThreads}u + thread;
  if (i >= params.count) { return; }
  ${program.body}
}`,
      };
    },
  });
}

/** Runs `use` with a buffer for so many floats. */
export function withScratch({ engine }: Device, length: number, use: (scratch: BufferHandle) => void): void {
  const scratch = engine.alloc("f32", length);
  try {
    use(scratch);
  } finally {
    // What was enqueued still sees it.
    engine.free(boxOf(scratch));
  }
}

/** Copies dense elements, from a place in one buffer to a place in another. */
export function copyFloats(
  device: Device,
  source: BufferHandle,
  target: BufferHandle,
  count: number,
  { sourceStart = 0, targetStart = 0 } = {},
): void {
  launchElements(device, {
    key: "copyFloats",
    count,
    params: [sourceStart, targetStart],
    buffers: [source, target],
    text: () => ({
      params: params("u32", "sourceStart", "targetStart"),
      buffers: [...reads("x"), ...writes("y")],
      body: "y[params.targetStart + i] = x[params.sourceStart + i];",
    }),
  });
}

/** Params of one type. */
export function params<T extends "u32" | "i32" | "f32">(type: T, ...names: readonly string[]) {
  return names.map((name) => [name, type] as const);
}

/** Buffers that are read. */
export function reads(...names: readonly string[]) {
  return names.map((name) => [name, "read"] as const);
}

/** Buffers that are written, or read and written. */
export function writes(...names: readonly string[]) {
  return names.map((name) => [name, "read_write"] as const);
}
