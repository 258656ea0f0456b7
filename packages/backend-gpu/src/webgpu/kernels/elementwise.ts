import {
  type BufferHandle,
  type ElementwiseAttrs,
  type ElementwiseExtent,
  type FusedKernels,
  type Kernel,
  type Operand,
  sizeOf,
} from "@nn/backend";
import { stridesIn } from "../../kernels/elementwise-program.js";
import { specials, valuesOf } from "../../kernels/expressions.js";
import { geometryNames, merged, perAxis, placeNames, pushGeometry, pushPlace } from "../../kernels/geometry.js";
import { movement } from "../../kernels/movement.js";
import { numberOf, type ProgramText, programText, registerName } from "../../kernels/program-text.js";
import { helpersOf, inWGSL } from "./expressions.js";
import { type Device, launchElements, params } from "./launch.js";

/** The outputs of one extent: a kernel that reads each input once and writes them all. */
interface Part extends ProgramText {
  readonly id: number;
  /** The registers that leave it, and the places of these outputs in a group. */
  readonly registers: readonly number[];
  readonly outputs: readonly number[];
}

/** The input that an output may overwrite: `[p, g, ...state]` becomes `[p, ...state]`. */
const overwritten = (output: number): number => (output === 0 ? 0 : output + 1);

/**
 * Programs as WGSL, in place: every thread reads all of its place before it writes there. Outputs of a single element
 * come from a dispatch of their own, after all threads have read what they may overwrite.
 */
export function elementwise(device: Device): FusedKernels["elementwise"] {
  const { engine, shaders } = device;
  const { copy } = movement(engine);
  const known = new WeakMap<ElementwiseAttrs, readonly Part[]>();
  const ids = new Map<string, number>();

  function partsOf(attrs: ElementwiseAttrs): readonly Part[] {
    const present = known.get(attrs);
    if (present !== undefined) return present;
    const parts = (["all", "one"] as const).flatMap((extent) => {
      const part = partOf(attrs, extent);
      if (part.outputs.length === 0) return [];
      const whole = JSON.stringify(part);
      const id = ids.get(whole) ?? ids.size;
      ids.set(whole, id);
      return [{ ...part, id }];
    });
    known.set(attrs, parts);
    return parts;
  }

  return {
    accepts: (inputs, attrs) =>
      inputs.every(({ dtype }) => dtype === "f32") &&
      partsOf(attrs).every((part) => buffersOf(part, attrs) <= shaders.maxBuffers),
    inPlace: Array.from({ length: 16 }, (_, output) => [overwritten(output), output] as const),
    run({ inputs, outputs, attrs, scalars }) {
      const [taken, made] = [attrs.inputs.length, attrs.outputs.length];
      const parts = partsOf(attrs);
      for (let group = 0; group * taken < inputs.length; group++) {
        const from = inputs.slice(group * taken, (group + 1) * taken);
        const to = outputs.slice(group * made, (group + 1) * made);
        for (const part of parts) {
          const numbers = part.numbers.map((register) => numberOf(attrs, scalars, register));
          if (sizeOf(to[part.outputs[0]].shape) > 0) runPart(device, copy, part, [from, to], numbers);
        }
      }
    },
  };
}

function partOf(attrs: ElementwiseAttrs, extent: ElementwiseExtent): Omit<Part, "id"> {
  const outputs = attrs.outputs.map((_, i) => i).filter((i) => attrs.outputs[i].extent === extent);
  const registers = outputs.map((i) => attrs.outputs[i].register);
  return { ...programText(attrs, registers), outputs, registers };
}

/** Buffers that a part has when all is in place that can be. */
function buffersOf({ inputs, outputs }: Part, attrs: ElementwiseAttrs): number {
  const alone = outputs.filter((output) => {
    const input = overwritten(output);
    return !inputs.includes(input) || attrs.inputs[input] !== attrs.outputs[output].extent;
  });
  return inputs.length + alone.length;
}

function runPart(
  device: Device,
  copy: Kernel<{ readonly before?: readonly number[] }>,
  part: Part,
  [given, results]: readonly [readonly Operand[], readonly Operand[]],
  numbers: readonly number[],
): void {
  const outputs = part.outputs.map((output) => results[output]);
  const { shape } = outputs[0];
  let inputs = part.inputs.map((input) => given[input]);
  if (distinct([...inputs, ...outputs]).length > device.shaders.maxBuffers) {
    // What could have been given in place was not: then it is copied there first.
    inputs = part.inputs.map((input) => {
      const target = results[part.outputs.find((output) => overwritten(output) === input) ?? -1];
      if (target === undefined || target.buffer === given[input].buffer || sizeOf(target.shape) !== sizeOf(shape))
        return given[input];
      copy.run({ inputs: [given[input]], outputs: [target], attrs: {}, scalars: [], saved: [] });
      return target;
    });
  }
  const buffers = distinct([...inputs, ...outputs]);
  const places = [...inputs, ...outputs].map(({ buffer }) => buffers.indexOf(buffer));
  const walk = merged(
    shape,
    inputs.map((input) => stridesIn(shape, input)),
  );
  const rank = walk.shape.length;
  const integers: number[] = [];
  pushGeometry(integers, walk.shape);
  inputs.forEach(({ offset }, i) => pushPlace(integers, walk.strides[i], offset));
  launchElements(device, {
    key: `elementwise.${part.id}/${rank}/${places.join()}`,
    count: sizeOf(shape),
    params: [...integers, ...valuesOf(part.statements), ...numbers],
    buffers,
    text: () => text(part, rank, places),
  });
}

function distinct(operands: readonly Operand[]): BufferHandle[] {
  return [...new Set(operands.map(({ buffer }) => buffer))];
}

/** `places` says which buffer each input and then each output is. */
function text({ inputs, numbers, registers, statements }: Part, rank: number, places: readonly number[]) {
  const [read, written] = [places.slice(0, inputs.length), places.slice(inputs.length)];
  const prefix = (k: number) => `s${k}x`;
  const loads = inputs.map((input, k) => {
    const steps = perAxis(prefix(k), rank).map((name, axis) => ` + c${axis} * params.${name}`);
    return `let ${registerName(input)} = b${read[k]}[params.${prefix(k)}o${steps.join("")}];`;
  });
  const floats = [...specials(statements), ...numbers.map(registerName)];
  return {
    params: [
      ...params("i32", ...geometryNames(rank), ...inputs.flatMap((_, k) => placeNames(prefix(k), rank))),
      ...params("f32", ...floats),
    ],
    buffers: Array.from(
      { length: Math.max(...places) + 1 },
      (_, b) => [`b${b}`, written.includes(b) ? "read_write" : "read"] as const,
    ),
    functions: helpersOf(statements),
    body: [
      ...coordinates(rank),
      ...loads,
      ...floats.map((name) => `let ${name} = params.${name};`),
      inWGSL(statements),
      ...registers.map((register, k) => `b${written[k]}[i] = ${registerName(register)};`),
    ].join("\n  "),
  };
}

/** Declares the coordinates `c0, c1, …` of the element `i`. */
function coordinates(rank: number): string[] {
  return perAxis("c", rank).map((name, axis) => {
    const above = axis === rank - 1 ? "i32(i)" : `i32(i) / params.p${axis}`;
    return `let ${name} = ${axis === 0 ? above : `${above} % params.d${axis}`};`;
  });
}
