import { type Operand, type RequiredKernels, sizeOf } from "@nn/backend";
import type { Engine, Program } from "../engine.js";
import {
  at,
  coordinates,
  geometryNames,
  integer,
  merged,
  perAxis,
  placeNames,
  pushGeometry,
  pushPlace,
  ranked,
} from "./geometry.js";

/** Kernels that only move elements. Both are gathers: every output coordinate works out where to read. */
export function movement(engine: Engine): Pick<RequiredKernels, "copy" | "concat"> {
  function copy(input: Operand, output: Operand): void {
    const walk = merged(output.shape, [input.strides]);
    const rank = walk.shape.length;
    const integers: number[] = [];
    pushGeometry(integers, walk.shape);
    pushPlace(integers, walk.strides[0], input.offset);
    engine.run({
      key: `copy/${rank}`,
      program: () => ({
        arrays: ["a"],
        integers: [...geometryNames(rank), ...placeNames("s", rank)],
        body: `${coordinates(rank)}return a[${at("s", rank)}];`,
      }),
      inputs: [input],
      output,
      length: sizeOf(output.shape),
      integers,
    });
  }

  function pad(input: Operand, output: Operand, before: readonly number[], scalars: readonly number[]): void {
    const rank = output.shape.length;
    const integers: number[] = [];
    pushGeometry(integers, output.shape);
    pushPlace(integers, input.strides, input.offset);
    integers.push(...before, ...input.shape);
    engine.run({
      key: `copy.pad/${rank}`,
      program: () => padProgram(rank),
      inputs: [input],
      output,
      length: sizeOf(output.shape),
      integers,
      floats: scalars,
    });
  }

  return {
    copy: {
      run({ inputs: [input], outputs: [output], attrs: { before }, scalars }) {
        if (before === undefined || before.length === 0) copy(input, output);
        else pad(input, output, before, scalars);
      },
    },
    concat: {
      run({ inputs, outputs: [output], attrs: { axis } }) {
        const { shape } = ranked(output);
        const rank = shape.length;
        const integers: number[] = [];
        pushGeometry(integers, shape);
        let start = 0;
        for (const { shape: size, strides, offset } of inputs) {
          // The input's own coordinate is the output's minus `start`: moved into the offset.
          pushPlace(integers, strides, offset - start * strides[axis]);
          integers.push(start, start + size[axis]);
          start += size[axis];
        }
        engine.run({
          key: `concat/${rank}.${axis}x${inputs.length}`,
          program: () => concatProgram(rank, axis, inputs.length),
          inputs,
          output,
          length: sizeOf(output.shape),
          integers,
        });
      },
    },
  };
}

function padProgram(rank: number): Program {
  const moved = perAxis("m", rank)
    .map((name, k) => `${integer(name, `c${k}-b${k}`)}if(${name}<0){inside=0.0;}if(${name}>=e${k}){inside=0.0;}`)
    .join("");
  return {
    arrays: ["a"],
    integers: [...geometryNames(rank), ...placeNames("s", rank), ...perAxis("b", rank), ...perAxis("e", rank)],
    floats: ["v"],
    body: `${coordinates(rank)}let inside=1.0;${moved}let r=v;if(inside>0.5){r=a[${at("s", rank, "m")}];}return r;`,
  };
}

function concatProgram(rank: number, axis: number, count: number): Program {
  const parts = Array.from({ length: count }, (_, i) => i);
  const reads = parts.map((i) => `if(c${axis}>=from${i}){if(c${axis}<to${i}){r=a${i}[${at(`s${i}x`, rank)}];}}`);
  return {
    arrays: perAxis("a", count),
    integers: [...geometryNames(rank), ...parts.flatMap((i) => [...placeNames(`s${i}x`, rank), `from${i}`, `to${i}`])],
    body: `${coordinates(rank)}let r=0.0;${reads.join("")}return r;`,
  };
}
