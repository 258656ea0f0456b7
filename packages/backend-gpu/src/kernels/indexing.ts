import { type RequiredKernels, sizeOf } from "@nn/backend";
import type { Engine, Program } from "../engine.js";
import { at, coordinates, geometry, geometryNames, integer, perAxis, place, placeNames, rankOf } from "./geometry.js";

/** Kernels that read positions from an index operand. No kernel writes at an index: the engine writes whole outputs. */
export function indexing(engine: Engine): Pick<RequiredKernels, "gather" | "scatterAdd"> {
  return {
    gather: {
      run({ inputs, outputs: [output], attrs: { axis } }) {
        const rank = rankOf(output.shape);
        const [x, index] = inputs;
        engine.run({
          key: `gather/${rank}`,
          program: () => gatherProgram(rank),
          inputs,
          output,
          length: sizeOf(output.shape),
          integers: [
            ...geometry(output.shape),
            ...place(x, { [axis]: 0 }),
            ...place(index),
            x.shape[axis],
            x.strides[axis],
          ],
          floats: [output.dtype === "f32" ? Number.NaN : 0],
        });
      },
    },
    scatterAdd: {
      run({ inputs, outputs: [output], attrs: { axis } }) {
        const rank = rankOf(output.shape);
        const [base, index, updates] = inputs;
        engine.run({
          key: `scatterAdd/${rank}.${axis}`,
          program: () => scatterAddProgram(rank, axis),
          inputs,
          output,
          length: sizeOf(output.shape),
          integers: [
            ...geometry(output.shape),
            ...place(base),
            ...place(index, { [axis]: 0 }),
            ...place(updates, { [axis]: 0 }),
            ...index.shape,
            index.strides[axis],
            updates.strides[axis],
          ],
        });
      },
    },
  };
}

function gatherProgram(rank: number): Program {
  return {
    arrays: ["a", "b"],
    integers: [...geometryNames(rank), ...placeNames("s", rank), ...placeNames("t", rank), "total", "stride"],
    floats: ["missing"],
    body: `${coordinates(rank)}${integer("i", `toInteger(b[${at("t", rank)}])`)}let r=missing;
      if(i>=0){if(i<total){r=a[${at("s", rank)}+i*stride];}}return r;`,
  };
}

/** Each element of the result looks through all updates of its line: more work than a scatter, but without atomics. */
function scatterAddProgram(rank: number, axis: number): Program {
  const guards = perAxis("c", rank)
    .filter((_, k) => k !== axis)
    .map((name) => `if(${name}>=e${name.slice(1)}){total=0;}`);
  return {
    arrays: ["a", "b", "c"],
    integers: [
      ...geometryNames(rank),
      ...placeNames("s", rank),
      ...placeNames("t", rank),
      ...placeNames("u", rank),
      ...perAxis("e", rank),
      "ti",
      "ui",
    ],
    body: `${coordinates(rank)}let r=a[${at("s", rank)}];${integer("total", `e${axis}`)}${guards.join("")}
      ${integer("first", at("t", rank))}${integer("update", at("u", rank))}
      for(let i=0;i<total;i++){if(toInteger(b[first+i*ti])===c${axis}){r=r+c[update+i*ui];}}return r;`,
  };
}
