import type { ElementwiseAttrs, FusedKernels, Operand } from "@nn/backend";
import { sizeOf } from "@nn/backend";
import { type Context, densely, pointerOf, release } from "../context.js";
import { withWorkspace } from "../workspace.js";
import { extraVectors, writeModule } from "./elementwise-module.js";
import { compile, type ElementwiseProgram, functionCodes, overwritten } from "./elementwise-program.js";

/** Of assembly/elementwise.ts. */
const blockBytes = 512 * 4;
/** Elements that a program is interpreted for, until making its function costs less than going on. */
const worthCompiling = 2 ** 16;

/** What was made of a program. */
interface Loaded {
  readonly attrs: ElementwiseAttrs;
  readonly program: ElementwiseProgram;
  /** Elements so far. */
  seen: number;
  compiled: Compiled | undefined;
}
/** A function of its own. */
interface Compiled {
  /** 0 where there is none after all. */
  readonly id: number;
  readonly bytes: Uint8Array;
  /** Memory that each thread needs. */
  readonly ownBytes: number;
}

export function elementwise(context: Context): FusedKernels["elementwise"] {
  const { heap, exports, programs } = context;
  const known = new WeakMap<ElementwiseAttrs, Map<string, Loaded>>();

  /** The program; an input that is one number expanded, as gradients of means are, counts as one of a single element. */
  function programOf(attrs: ElementwiseAttrs, inputs: readonly Operand[]): Loaded {
    const extents = attrs.inputs.map((extent, i) => (isNumber(inputs[i], inputs, attrs) ? "one" : extent));
    let variants = known.get(attrs);
    if (variants === undefined) known.set(attrs, (variants = new Map()));
    const key = extents.join();
    let loaded = variants.get(key);
    if (loaded === undefined) {
      const variant = { ...attrs, inputs: extents };
      loaded = { attrs: variant, program: compile(variant), seen: 0, compiled: undefined };
      variants.set(key, loaded);
    }
    return loaded;
  }

  function compiledOf({ attrs, program: { vectorOf } }: Loaded): Compiled {
    const { bytes, ownBytes } = writeModule({ attrs, vectorOf, codes: functionCodes, shared: heap.shared });
    return { id: programs.add(bytes, heap.memory, exports), bytes, ownBytes };
  }

  return {
    accepts: (inputs) => inputs.every(({ dtype }) => dtype === "f32"),
    inPlace: Array.from({ length: 16 }, (_, output) => [overwritten(output), output] as const),
    run({ inputs: given, outputs, attrs, scalars }) {
      const loaded = programOf(attrs, given);
      const { words, once, blocks, shared, single, vectorOf, large } = loaded.program;
      const inputs = given.map((input) => (isNumber(input, given, attrs) ? input : densely(context, input)));
      const [taken, made] = [attrs.inputs.length, attrs.outputs.length];
      const leader = attrs.inputs.indexOf("all");
      if (loaded.seen >= worthCompiling) loaded.compiled ??= compiledOf(loaded);
      const { id = 0, bytes, ownBytes = 0 } = loaded.compiled ?? {};

      // What wants to be aligned comes first: blocks of each thread, then values that all places share; the program, where
      // the tensors are, and the function for threads that have not made it yet.
      const threads = exports.workerCount() + 1;
      const threadBytes = Math.max(blocks * blockBytes, ownBytes);
      const codeBytes = id > 0 && threads > 1 ? bytes!.length : 0;
      const vectorBytes = (vectorOf.size + extraVectors.length) * 64;
      const all = threads * threadBytes + vectorBytes + (words.length + taken + made) * 4 + codeBytes;
      withWorkspace(context, all, (scratch) => {
        const vectors = scratch + threads * threadBytes;
        const start = vectors + vectorBytes;
        const tensors = start + words.length * 4;
        const code = tensors + (taken + made) * 4;
        const fill = (value: number, place: number) => {
          heap.f32.fill(value, vectors / 4 + place * 16, vectors / 4 + place * 16 + 16);
        };
        heap.i32.set(words, start / 4);
        if (codeBytes > 0) heap.u8.set(bytes!, code);
        extraVectors.forEach((value, i) => {
          fill(value, vectorOf.size + i);
        });
        for (let i = 0, o = 0; i < inputs.length; i += taken, o += made) {
          for (let k = 0; k < taken; k++) heap.i32[tensors / 4 + k] = pointerOf(inputs[i + k]);
          for (let k = 0; k < made; k++) heap.i32[tensors / 4 + taken + k] = pointerOf(outputs[o + k]);
          for (const [register, place] of shared) {
            const isInput = register < taken;
            fill(isInput ? heap.f32[pointerOf(inputs[i + register]) / 4] : numberOf(attrs, scalars, register), place);
          }
          const n = sizeOf(inputs[i + leader].shape);
          loaded.seen += n;
          const rest = start + once * 20;
          // biome-ignore format: as the module has them
          exports.elementwise(
            start, rest, tensors, tensors, vectors, scratch, threadBytes, n, large, id, code, codeBytes,
          );
          single.forEach((place, k) => {
            if (place !== undefined) heap.f32[pointerOf(outputs[o + k]) / 4] = heap.f32[vectors / 4 + place * 16];
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

function numberOf(
  { inputs, scalars: count, constants }: ElementwiseAttrs,
  scalars: readonly number[],
  register: number,
) {
  const i = register - inputs.length;
  return i < count ? scalars[i] : constants[i - count];
}
