import type { ElementwiseAttrs, FusedKernels, Operand } from "@nn/backend";
import { sizeOf } from "@nn/backend";
import { type Context, densely, pointerOf, release } from "../context.js";
import { withWorkspace } from "../workspace.js";
import { compile, type ElementwiseProgram, overwritten } from "./elementwise-program.js";

/** Of assembly/elementwise.ts. */
const blockBytes = 512 * 4;

export function elementwise(context: Context): FusedKernels["elementwise"] {
  const { heap, exports } = context;
  const compiled = new WeakMap<ElementwiseAttrs, Map<string, ElementwiseProgram>>();

  /** The program; an input that is one number expanded, as gradients of means are, counts as one of a single element. */
  function programOf(attrs: ElementwiseAttrs, inputs: readonly Operand[]): ElementwiseProgram {
    const extents = attrs.inputs.map((extent, i) => (isNumber(inputs[i], inputs, attrs) ? "one" : extent));
    let variants = compiled.get(attrs);
    if (variants === undefined) compiled.set(attrs, (variants = new Map()));
    const key = extents.join();
    let program = variants.get(key);
    if (program === undefined) variants.set(key, (program = compile({ ...attrs, inputs: extents })));
    return program;
  }

  return {
    accepts: (inputs) => inputs.every(({ dtype }) => dtype === "f32"),
    inPlace: Array.from({ length: 16 }, (_, output) => [overwritten(output), output] as const),
    run({ inputs: given, outputs, attrs, scalars }) {
      const program = programOf(attrs, given);
      const { words, vectors, blocks, shared, single } = program;
      const inputs = given.map((input) => (isNumber(input, given, attrs) ? input : densely(context, input)));
      const [taken, made] = [attrs.inputs.length, attrs.outputs.length];
      const leader = attrs.inputs.indexOf("all");
      // Vectors and blocks first, for they are the ones that want to be aligned.
      const threads = exports.workerCount() + 1;
      const bytes = threads * blocks * blockBytes + vectors * 64 + (words.length + taken + made) * 4;
      withWorkspace(context, bytes, (scratch) => {
        const vector = scratch + threads * blocks * blockBytes;
        const start = vector + vectors * 64;
        const tensors = start + words.length * 4;
        heap.i32.set(words, start / 4);
        for (let i = 0, o = 0; i < inputs.length; i += taken, o += made) {
          for (let k = 0; k < taken; k++) heap.i32[tensors / 4 + k] = pointerOf(inputs[i + k]);
          for (let k = 0; k < made; k++) heap.i32[tensors / 4 + taken + k] = pointerOf(outputs[o + k]);
          for (const [register, place] of shared) {
            const value =
              register < taken ? heap.f32[pointerOf(inputs[i + register]) / 4] : valueOf(attrs, scalars, register);
            heap.f32.fill(value, vector / 4 + place * 16, vector / 4 + place * 16 + 16);
          }
          const n = sizeOf(inputs[i + leader].shape);
          const rest = start + program.once * 20;
          exports.elementwise(start, rest, tensors, tensors, vector, scratch, blocks, n, program.large);
          single.forEach((place, k) => {
            if (place !== undefined) heap.f32[pointerOf(outputs[o + k]) / 4] = heap.f32[vector / 4 + place * 16];
          });
        }
      });
      inputs.forEach((input, i) => {
        release(context, input, given[i]);
      });
    },
  };
}

/** Whether all elements are one, where there is a single group: programs do not differ from group to group. */
function isNumber({ shape, strides }: Operand, all: readonly Operand[], { inputs }: ElementwiseAttrs): boolean {
  return all.length === inputs.length && strides.every((stride, d) => stride === 0 || shape[d] === 1);
}

function valueOf(
  { inputs, scalars: count, constants }: ElementwiseAttrs,
  scalars: readonly number[],
  register: number,
) {
  const i = register - inputs.length;
  return i < count ? scalars[i] : constants[i - count];
}
