import { type Kernel, type KernelIO, type RequiredKernels, sizeOf } from "@nn/backend";
import type { Engine } from "../engine.js";
import { binaryBodies, integerBodies, specials, unaryBodies, valuesOf, whereBody } from "./expressions.js";
import { at, coordinates, geometryNames, merged, placeNames, pushGeometry, pushPlace } from "./geometry.js";

type Family = "fill" | "cast" | "unary" | "binary" | "where";

const arrayNames = ["a", "b", "c"];
const valueNames = ["x", "y", "z"];
const placePrefixes = ["s", "t", "u"];

/** Runs a body on each element of the inputs `x`, `y`, `z`; `names` are those of the call's scalars. */
export function runElementwise(
  engine: Engine,
  name: string,
  body: string,
  { inputs, outputs: [output], scalars }: KernelIO,
  names: readonly string[] = [],
): void {
  const walk = merged(
    output.shape,
    inputs.map(({ strides }) => strides),
  );
  const integers: number[] = [];
  pushGeometry(integers, walk.shape);
  for (let i = 0; i < inputs.length; i++) pushPlace(integers, walk.strides[i], inputs[i].offset);
  const rank = walk.shape.length;
  engine.run({
    key: `${name}/${rank}`,
    program: () => program(rank, inputs.length, body, names),
    inputs,
    output,
    length: sizeOf(output.shape),
    integers,
    floats: names.length === 0 ? valuesOf(body) : [...valuesOf(body), ...scalars],
  });
}

/** Kernels whose output coordinate reads the same coordinate of every input. */
export function elementwise(engine: Engine): Pick<RequiredKernels, Family> {
  const run = (name: string, body: string, io: KernelIO) => runElementwise(engine, name, body, io);

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
    where: { run: (io) => run("where", whereBody, io) },
  };
}

function program(rank: number, count: number, body: string, scalars: readonly string[]) {
  const values = valueNames.slice(0, count);
  return {
    arrays: arrayNames.slice(0, count),
    integers: [...geometryNames(rank), ...placePrefixes.slice(0, count).flatMap((prefix) => placeNames(prefix, rank))],
    floats: [...specials(body), ...scalars],
    body: `${coordinates(rank)}${values
      .map((value, i) => `const ${value}=${arrayNames[i]}[${at(placePrefixes[i], rank)}];`)
      .join("")}let r=x;${body}return r;`,
  };
}
