import { type BufferHandle, type Shape, sizeOf } from "@nn/backend";
import { add, combiner } from "./functions.js";
import { type Device, launch, launchElements, params, reads, withScratch, writes } from "./launch.js";

/*
 * Two sums for each channel of `(n, c, …)`. Channels are often fewer than a GPU has room for, so workgroups share one:
 * each leaves two numbers of its part, and a thread for each channel puts them together, always in the same order.
 */

const threads = 256;
/** Elements that a workgroup takes at least, and workgroups that keep a GPU busy. */
const [shortestPart, enoughGroups] = [2048, 512];

export interface ChannelSums {
  readonly key: string;
  readonly shape: Shape;
  /** Buffers that the parts read, by name. */
  readonly sources: Readonly<Record<string, BufferHandle>>;
  /**
   * Statements that leave `first` and `second` of a part. They go through it by
   * `for (var e = begin; e < end; e += threads)`, read elements at `place(channel, e)`, and may call `total(value, thread)`.
   */
  readonly part: string;
  /** Buffers that the end reads and writes, by name. */
  readonly results: Readonly<Record<string, BufferHandle>>;
  /** Statements for the channel `i`: they go through `part < params.parts` and read `firstOf(i, part)`, `secondOf`. */
  readonly end: string;
  readonly floats?: Readonly<Record<string, number>>;
}

/** Both dispatches know `params.size`, the elements of a channel, and `params.share`, those of a part but the last. */
export function sumChannels(
  device: Device,
  { key, shape, sources, part, results, end, floats = {} }: ChannelSums,
): void {
  const [images, channels] = shape;
  const inner = sizeOf(shape.slice(2));
  const size = images * inner;
  const wanted = Math.min(Math.ceil(size / shortestPart), Math.ceil(enoughGroups / channels));
  const share = Math.ceil(size / wanted);
  const parts = Math.ceil(size / share);
  const values = [channels, inner, size, share, parts, ...Object.values(floats)];
  const names = [
    ...params("u32", "channels", "inner", "size", "share", "parts"),
    ...params("f32", ...Object.keys(floats)),
  ];
  withScratch(device, 2 * channels * parts, (partial) => {
    launch(device, {
      key: `${key}/parts`,
      groups: channels * parts,
      params: values,
      buffers: [...Object.values(sources), partial],
      text: () => ({
        params: names,
        buffers: [...reads(...Object.keys(sources)), ...writes("partial")],
        body: `const threads = ${threads}u;
${combiner("total", threads, add)}
fn place(channel : u32, e : u32) -> u32 {
  return (e / params.inner * params.channels + channel) * params.inner + e % params.inner;
}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group : vec3<u32>, @builtin(local_invocation_index) thread : u32) {
  let number = numberOf(group);
  if (number >= params.channels * params.parts) { return; }
  let channel = number / params.parts;
  let start = number % params.parts * params.share;
  let begin = start + thread;
  let end = min(start + params.share, params.size);
  ${part}
  if (thread == 0u) {
    partial[2u * number] = first;
    partial[2u * number + 1u] = second;
  }
}`,
      }),
    });
    launchElements(device, {
      key: `${key}/end`,
      count: channels,
      params: values,
      buffers: [partial, ...Object.values(results)],
      text: () => ({
        params: names,
        // All bound for writing, which includes reading.
        buffers: [...reads("partial"), ...writes(...Object.keys(results))],
        functions: `fn firstOf(channel : u32, part : u32) -> f32 { return partial[2u * (channel * params.parts + part)]; }
fn secondOf(channel : u32, part : u32) -> f32 { return partial[2u * (channel * params.parts + part) + 1u]; }`,
        body: end,
      }),
    });
  });
}
