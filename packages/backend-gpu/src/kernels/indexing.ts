import { type RequiredKernels, sizeOf } from "@nn/backend";
import type { Engine, Program } from "../engine.js";
import {
  at,
  coordinates,
  geometryNames,
  integer,
  perAxis,
  placeNames,
  pushGeometry,
  pushPlace,
  ranked,
} from "./geometry.js";

const nan = [Number.NaN];
const zero = [0];

/** Kernels that read positions from an index operand. No kernel writes at an index: outputs are written whole. */
export function indexing(engine: Engine): Pick<RequiredKernels, "gather" | "scatterAdd"> {
  return {
    gather: {
      run({ inputs: [x, index], outputs: [output], attrs: { axis } }) {
        const { shape } = ranked(output);
        const rank = shape.length;
        const integers: number[] = [];
        pushGeometry(integers, shape);
        pushPlace(integers, except(x.strides, axis), x.offset);
        pushPlace(integers, index.strides, index.offset);
        integers.push(x.shape[axis], x.strides[axis]);
        engine.run({
          key: `gather/${rank}`,
          program: () => gatherProgram(rank),
          inputs: [x, index],
          output,
          length: sizeOf(output.shape),
          integers,
          floats: output.dtype === "f32" ? nan : zero,
        });
      },
    },
    scatterAdd: {
      run({ inputs: [base, index, updates], outputs: [output], attrs: { axis } }) {
        const { shape } = ranked(output);
        const rank = shape.length;
        const integers: number[] = [];
        pushGeometry(integers, shape);
        pushPlace(integers, base.strides, base.offset);
        pushPlace(integers, except(index.strides, axis), index.offset);
        pushPlace(integers, except(updates.strides, axis), updates.offset);
        integers.push(...index.shape, index.strides[axis], updates.strides[axis]);
        engine.run({
          key: `scatterAdd/${rank}.${axis}`,
          program: () => scatterAddProgram(rank, axis),
          inputs: [base, index, updates],
          output,
          length: sizeOf(output.shape),
          integers,
        });
      },
    },
  };
}

/** Strides of which one does not move. */
function except(strides: readonly number[], axis: number): number[] {
  return strides.map((stride, k) => (k === axis ? 0 : stride));
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
