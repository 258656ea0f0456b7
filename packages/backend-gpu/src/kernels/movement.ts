import { type RequiredKernels, sizeOf } from "@nn/backend";
import type { Engine } from "../engine.js";
import { at, coordinates, geometry, geometryNames, integer, perAxis, place, placeNames, rankOf } from "./geometry.js";

/** Kernels that only move elements. Both are gathers: every output coordinate works out where to read. */
export function movement(engine: Engine): Pick<RequiredKernels, "copy" | "concat"> {
  return {
    copy: {
      run({ inputs, outputs: [output], attrs, scalars }) {
        const rank = rankOf(output.shape);
        const [input] = inputs;
        const { before } = attrs;
        const call = { inputs, output, length: sizeOf(output.shape) };
        if (before === undefined || before.length === 0) {
          engine.run({
            ...call,
            key: `copy/${rank}`,
            program: () => ({
              arrays: ["a"],
              integers: [...geometryNames(rank), ...placeNames("s", rank)],
              body: `${coordinates(rank)}return a[${at("s", rank)}];`,
            }),
            integers: [...geometry(output.shape), ...place(input)],
          });
          return;
        }
        engine.run({
          ...call,
          key: `copy.pad/${rank}`,
          program: () => padProgram(rank),
          integers: [...geometry(output.shape), ...place(input), ...before, ...input.shape],
          floats: scalars,
        });
      },
    },
    concat: {
      run({ inputs, outputs: [output], attrs: { axis } }) {
        const rank = rankOf(output.shape);
        let start = 0;
        const ranges = inputs.flatMap((input) => {
          const from = start;
          start += input.shape[axis];
          // The input's own coordinate is the output's minus `from`: moved into the offset.
          const moved = { ...input, offset: input.offset - from * input.strides[axis] };
          return [...place(moved), from, start];
        });
        engine.run({
          key: `concat/${rank}.${axis}x${inputs.length}`,
          program: () => concatProgram(rank, axis, inputs.length),
          inputs,
          output,
          length: sizeOf(output.shape),
          integers: [...geometry(output.shape), ...ranges],
        });
      },
    },
  };
}

function padProgram(rank: number) {
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

function concatProgram(rank: number, axis: number, count: number) {
  const parts = Array.from({ length: count }, (_, i) => i);
  const reads = parts.map((i) => `if(c${axis}>=from${i}){if(c${axis}<to${i}){r=a${i}[${at(`s${i}x`, rank)}];}}`);
  return {
    arrays: perAxis("a", count),
    integers: [...geometryNames(rank), ...parts.flatMap((i) => [...placeNames(`s${i}x`, rank), `from${i}`, `to${i}`])],
    body: `${coordinates(rank)}let r=0.0;${reads.join("")}return r;`,
  };
}
