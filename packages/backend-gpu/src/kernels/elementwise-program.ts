import { type ElementwiseAttrs, type FusedKernels, type Layout, type Operand, type Shape, sizeOf } from "@nn/backend";
import type { Engine, Program } from "../engine.js";
import { specials, valuesOf } from "./expressions.js";
import { at, coordinates, geometryNames, merged, placeNames, pushGeometry, pushPlace } from "./geometry.js";
import { numberOf, type ProgramText, programText, registerName } from "./program-text.js";

/** One output of a program, as a kernel that computes nothing else. */
interface Part extends ProgramText {
  readonly id: number;
  readonly register: number;
}

/**
 * Programs on engines whose kernels give one array each: a call for each output, which computes again what outputs have
 * in common. That is still fewer calls than instructions. Nothing is done in place: a later call reads the inputs too.
 */
export function elementwiseProgram(engine: Engine): Pick<FusedKernels, "elementwise"> {
  const known = new WeakMap<ElementwiseAttrs, readonly Part[]>();
  const ids = new Map<string, number>();

  function partsOf(attrs: ElementwiseAttrs): readonly Part[] {
    const present = known.get(attrs);
    if (present !== undefined) return present;
    const parts = attrs.outputs.map(({ register }) => {
      const text = programText(attrs, [register]);
      const whole = JSON.stringify([text, register]);
      const id = ids.get(whole) ?? ids.size;
      ids.set(whole, id);
      return { ...text, register, id };
    });
    known.set(attrs, parts);
    return parts;
  }

  return {
    elementwise: {
      accepts: (inputs, attrs) =>
        inputs.every(({ dtype }) => dtype === "f32") && partsOf(attrs).every((part) => fits(engine, part)),
      run({ inputs, outputs, attrs, scalars }) {
        const parts = partsOf(attrs);
        for (let from = 0, to = 0; from < inputs.length; from += attrs.inputs.length) {
          for (const part of parts) {
            const output = outputs[to++];
            const operands = part.inputs.map((i) => inputs[from + i]);
            if (sizeOf(output.shape) > 0) runPart(engine, part, operands, output, attrs, scalars);
          }
        }
      },
    },
  };
}

/** An input takes no fewer uniforms than 14 numbers, see `maxInputs` of the engine. */
function fits({ maxInputs }: Engine, { inputs, numbers }: Part): boolean {
  return inputs.length + numbers.length / 14 <= maxInputs;
}

function runPart(
  engine: Engine,
  part: Part,
  inputs: readonly Operand[],
  output: Operand,
  attrs: ElementwiseAttrs,
  scalars: readonly number[],
): void {
  const walk = merged(
    output.shape,
    inputs.map((input) => stridesIn(output.shape, input)),
  );
  const rank = walk.shape.length;
  const integers: number[] = [];
  pushGeometry(integers, walk.shape);
  inputs.forEach(({ offset }, i) => pushPlace(integers, walk.strides[i], offset));
  engine.run({
    key: `elementwise.${part.id}/${rank}`,
    program: () => program(part, rank),
    inputs,
    output,
    length: sizeOf(output.shape),
    integers,
    floats: [...valuesOf(part.statements), ...part.numbers.map((register) => numberOf(attrs, scalars, register))],
  });
}

/** Strides by which an input goes along with a shape: a single element stays where it is. */
export function stridesIn(shape: Shape, input: Layout): readonly number[] {
  return input.shape.length === shape.length ? input.strides : shape.map(() => 0);
}

function program({ inputs, numbers, statements, register }: Part, rank: number): Program {
  const place = (input: number) => `s${input}x`;
  const array = (input: number) => `a${input}`;
  const reads = inputs.map((input) => `const ${registerName(input)}=${array(input)}[${at(place(input), rank)}];`);
  return {
    arrays: inputs.map(array),
    integers: [...geometryNames(rank), ...inputs.flatMap((input) => placeNames(place(input), rank))],
    floats: [...specials(statements), ...numbers.map(registerName)],
    body: `${coordinates(rank)}${reads.join("")}${statements}return ${registerName(register)};`,
  };
}
