import type { BufferHandle } from "@nn/backend";
import type { ShaderProgram } from "../../engine.js";
import { add, combiner } from "./functions.js";
import { type Device, launch, loneThreads, params } from "./launch.js";

/*
 * Kernels that walk several times through each row of a matrix. A long row has a workgroup, whose threads take every
 * so-many-th element and combine what they have; a short row has one thread.
 */

/** A dispatch over all rows. */
export interface RowLaunch {
  readonly key: string;
  readonly rows: number;
  /** Elements of a row. */
  readonly length: number;
  readonly params: readonly number[];
  readonly buffers: readonly BufferHandle[];
  /**
   * Statements for the row `row`, which go through it by `for (var k = lane; k < params.length; k += lanes)` and call
   * `total(value, lane)` and `largest(value, lane)` for what all lanes have.
   */
  text(): ShaderProgram & { readonly functions?: string };
}

export function launchRows(device: Device, { key, rows, length, params: values, buffers, text }: RowLaunch): void {
  const lanes = lanesFor(length);
  launch(device, {
    key: `${key}/${lanes}`,
    groups: lanes === 1 ? Math.ceil(rows / loneThreads) : rows,
    params: [rows, length, ...values],
    buffers,
    text: () => {
      const program = text();
      const threads = lanes === 1 ? loneThreads : lanes;
      return {
        params: [...params("u32", "rows", "length"), ...program.params],
        buffers: program.buffers,
        body: `const lanes = ${lanes}u;
${combiner("total", lanes, add)}${combiner("largest", lanes, (a, b) => `max(${a}, ${b})`)}${program.functions ?? ""}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group : vec3<u32>, @builtin(local_invocation_index) thread : u32) {
  let row = ${lanes === 1 ? `numberOf(group) * ${threads}u + thread` : "numberOf(group)"};
  let lane = ${lanes === 1 ? "0u" : "thread"};
  if (row >= params.rows) { return; }
  ${program.body}
}`,
      };
    },
  });
}

function lanesFor(length: number): number {
  if (length < 48) return 1;
  return length < 512 ? 64 : 256;
}
