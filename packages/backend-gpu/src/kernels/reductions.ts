import { type RequiredKernels, sizeOf } from "@nn/backend";
import type { Engine, Program } from "../engine.js";
import {
  at,
  coordinates,
  geometryNames,
  integer,
  merged,
  placeNames,
  pushGeometry,
  pushPlace,
  ranked,
} from "./geometry.js";
import { reduce } from "./reduce.js";

/** Kernels in which an output element runs over many input elements. */
export function reductions(engine: Engine): Pick<RequiredKernels, "reduce" | "argReduce" | "matmul"> {
  return {
    reduce: reduce(engine),
    argReduce: {
      run({ inputs: [input], outputs: [output], attrs: { kind, axis } }) {
        // The output has size 1 along the axis, so that its stride does not count.
        const walk = merged(output.shape, [input.strides]);
        const rank = walk.shape.length;
        const integers: number[] = [];
        pushGeometry(integers, walk.shape);
        pushPlace(integers, walk.strides[0], input.offset);
        integers.push(input.shape[axis], input.strides[axis]);
        engine.run({
          key: `argReduce.${kind}/${rank}`,
          program: () => argReduceProgram(kind === "argMax" ? "x>best" : "x<best", rank),
          inputs: [input],
          output,
          length: sizeOf(output.shape),
          integers,
        });
      },
    },
    matmul: {
      run({ inputs: [a, b], outputs: [output] }) {
        const { shape } = ranked(output);
        const [row, column] = [shape.length - 2, shape.length - 1];
        const batch = merged(shape.slice(0, row), [a.strides.slice(0, row), b.strides.slice(0, row)]);
        const rank = batch.shape.length + 2;
        const integers: number[] = [];
        pushGeometry(integers, [...batch.shape, shape[row], shape[column]]);
        // An output column does not move the left operand, nor a row the right one.
        pushPlace(integers, [...batch.strides[0], a.strides[row], 0], a.offset);
        pushPlace(integers, [...batch.strides[1], 0, b.strides[column]], b.offset);
        integers.push(a.shape[column], a.strides[column], b.strides[row]);
        engine.run({
          key: `matmul/${rank}`,
          program: () => matmulProgram(rank),
          inputs: [a, b],
          output,
          length: sizeOf(output.shape),
          integers,
        });
      },
    },
  };
}

function argReduceProgram(better: string, rank: number): Program {
  return {
    arrays: ["a"],
    integers: [...geometryNames(rank), ...placeNames("s", rank), "total", "stride"],
    body: `${coordinates(rank)}${integer("base", at("s", rank))}let best=a[base];let r=0.0;
      for(let i=0;i<total;i++){const x=a[base+i*stride];let take=0.0;if(${better}){take=1.0;}
        if(notANumber(x)>notANumber(best)){take=1.0;}if(take>0.5){best=x;r=i;}}return r;`,
  };
}

function matmulProgram(rank: number): Program {
  return {
    arrays: ["a", "b"],
    integers: [...geometryNames(rank), ...placeNames("s", rank), ...placeNames("t", rank), "total", "sk", "tk"],
    body: `${coordinates(rank)}${integer("left", at("s", rank))}${integer("right", at("t", rank))}let r=0.0;
      for(let i=0;i<total;i++){r=r+a[left+i*sk]*b[right+i*tk];}return r;`,
  };
}
