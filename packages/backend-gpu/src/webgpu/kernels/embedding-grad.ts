import type { FusedKernels } from "@nn/backend";
import { type Device, launch, params, reads, writes } from "./launch.js";

const threads = 128;

/**
 * A workgroup for each row of the weight looks through all indices, as many at a time as it has threads, and adds the
 * rows of g whose index is its own, in their order: always the same sum, without atomic additions.
 */
export function embeddingGrad(device: Device): FusedKernels["embeddingGrad"] {
  return {
    dense: true,
    run({ inputs: [index, g], outputs: [dw], attrs: { weightShape, paddingIndex } }) {
      const [rows, width] = weightShape;
      launch(device, {
        key: "embeddingGrad",
        groups: rows,
        params: [rows, width, index.shape[0], paddingIndex ?? -1],
        buffers: [index.buffer, g.buffer, dw.buffer],
        text: () => ({
          params: [...params("u32", "rows", "width", "tokens"), ...params("i32", "padding")],
          buffers: [...reads("index", "g"), ...writes("dw")],
          body: `var<workgroup> mine : array<u32, ${threads}>;
var<workgroup> found : atomic<u32>;
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group : vec3<u32>, @builtin(local_invocation_index) thread : u32) {
  let row = numberOf(group);
  if (row >= params.rows) { return; }
  for (var k = thread; k < params.width; k += ${threads}u) { dw[row * params.width + k] = 0.0; }
  if (i32(row) == params.padding) { return; }
  for (var start = 0u; start < params.tokens; start += ${threads}u) {
    let token = start + thread;
    let hit = token < params.tokens && index[min(token, params.tokens - 1u)] == f32(row);
    workgroupBarrier();
    if (thread == 0u) { atomicStore(&found, 0u); }
    mine[thread] = select(0u, 1u, hit);
    workgroupBarrier();
    if (hit) { atomicAdd(&found, 1u); }
    workgroupBarrier();
    if (atomicLoad(&found) > 0u) {
      for (var t = 0u; t < ${threads}u; t++) {
        if (mine[t] == 0u) { continue; }
        for (var k = thread; k < params.width; k += ${threads}u) {
          dw[row * params.width + k] += g[(start + t) * params.width + k];
        }
      }
    }
  }
}`,
        }),
      });
    },
  };
}
