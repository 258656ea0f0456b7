import { type Kernel, type KernelIO, type RequiredKernels, sizeOf } from "@nn/backend";
import type { Engine } from "../engine.js";
import { binaryBodies, integerBodies, unaryBodies } from "./expressions.js";
import { at, coordinates, geometry, geometryNames, place, placeNames, rankOf } from "./geometry.js";

type Family = "fill" | "cast" | "unary" | "binary" | "where";

const arrayNames = ["a", "b", "c"];
const valueNames = ["x", "y", "z"];
const placePrefixes = ["s", "t", "u"];

/** Kernels whose output coordinate reads the same coordinate of every input. */
export function elementwise(engine: Engine): Pick<RequiredKernels, Family> {
  function run(name: string, body: string, io: KernelIO): void {
    const output = io.outputs[0];
    const rank = rankOf(output.shape);
    const count = io.inputs.length;
    engine.run({
      key: `${name}/${rank}`,
      program: () => ({
        arrays: arrayNames.slice(0, count),
        integers: [
          ...geometryNames(rank),
          ...placePrefixes.slice(0, count).flatMap((prefix) => placeNames(prefix, rank)),
        ],
        // Not a number is no literal of the engine, and division by zero is folded.
        floats: ["nan"],
        body: `${coordinates(rank)}${valueNames
          .slice(0, count)
          .map((value, i) => `const ${value}=${arrayNames[i]}[${at(placePrefixes[i], rank)}];`)
          .join("")}let r=x;${body}return r;`,
      }),
      inputs: io.inputs,
      output,
      length: sizeOf(output.shape),
      integers: [...geometry(output.shape), ...io.inputs.flatMap((input) => place(input))],
      floats: [Number.NaN],
    });
  }

  const fill: Kernel<undefined> = {
    run({ outputs: [output], scalars }) {
      engine.run({
        key: "fill",
        program: () => ({ arrays: [], integers: [], floats: ["v"], body: "return v;" }),
        inputs: [],
        output,
        length: sizeOf(output.shape),
        integers: [],
        floats: scalars,
      });
    },
  };
  const casts = {
    f32: "",
    i32: "r=Math.floor(x);if(x<0){r=-Math.floor(-x);}",
    bool: "r=1.0;if(x===0){r=0.0;}",
  };
  return {
    fill,
    cast: {
      run(io) {
        const { dtype } = io.outputs[0];
        if (dtype !== "f64") run(`cast.${dtype}`, casts[dtype], io);
      },
    },
    unary: { run: (io) => run(`unary.${io.attrs.kind}`, unaryBodies[io.attrs.kind], io) },
    binary: {
      run(io) {
        const { kind } = io.attrs;
        const exact = io.outputs[0].dtype === "i32" ? integerBodies[kind] : undefined;
        run(exact ? `binary.${kind}.i32` : `binary.${kind}`, exact ?? binaryBodies[kind], io);
      },
    },
    where: { run: (io) => run("where", "r=z;if(x!==0){r=y;}", io) },
  };
}
