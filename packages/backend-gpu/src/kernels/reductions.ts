import { type RequiredKernels, sizeOf } from "@nn/backend";
import type { Engine } from "../engine.js";
import { reduceBodies } from "./expressions.js";
import { at, coordinates, geometry, geometryNames, integer, place, placeNames, rankOf } from "./geometry.js";

/** Kernels in which an output element runs over many input elements. */
export function reductions(engine: Engine): Pick<RequiredKernels, "reduce" | "argReduce" | "matmul"> {
  return {
    reduce: {
      run({ inputs, outputs: [output], attrs: { kind, axes } }) {
        const rank = rankOf(output.shape);
        const [input] = inputs;
        // The dimensions that the loop walks through; kept ones are 1, so that no text depends on the axes.
        const walked = input.shape.map((size, axis) => (axes.includes(axis) ? size : 1));
        engine.run({
          key: `reduce.${kind}/${rank}`,
          program: () => ({
            arrays: ["a"],
            integers: [...geometryNames(rank), ...geometryNames(rank, "q", "n"), ...placeNames("s", rank), "total"],
            body: `${coordinates(rank)}${integer("base", at("s", rank))}let r=${reduceBodies[kind].start};
              for(let i=0;i<total;i++){${coordinates(rank, "i", "w", "q", "n")}
                const x=a[base-so+${at("s", rank, "w")}];${reduceBodies[kind].step}}return r;`,
          }),
          inputs,
          output,
          length: sizeOf(output.shape),
          integers: [...geometry(output.shape), ...geometry(walked), ...place(input), sizeOf(walked)],
        });
      },
    },
    argReduce: {
      run({ inputs, outputs: [output], attrs: { kind, axis } }) {
        const rank = rankOf(output.shape);
        const [input] = inputs;
        const better = kind === "argMax" ? "x>best" : "x<best";
        engine.run({
          key: `argReduce.${kind}/${rank}`,
          program: () => ({
            arrays: ["a"],
            integers: [...geometryNames(rank), ...placeNames("s", rank), "total", "stride"],
            body: `${coordinates(rank)}${integer("base", at("s", rank))}let best=a[base];let r=0.0;
              for(let i=0;i<total;i++){const x=a[base+i*stride];let take=0.0;if(${better}){take=1.0;}
                if(notANumber(x)>notANumber(best)){take=1.0;}if(take>0.5){best=x;r=i;}}return r;`,
          }),
          inputs,
          output,
          length: sizeOf(output.shape),
          integers: [...geometry(output.shape), ...place(input), input.shape[axis], input.strides[axis]],
        });
      },
    },
    matmul: {
      run({ inputs, outputs: [output] }) {
        const rank = output.shape.length;
        const [a, b] = inputs;
        const [row, column] = [rank - 2, rank - 1];
        engine.run({
          key: `matmul/${rank}`,
          program: () => ({
            arrays: ["a", "b"],
            integers: [...geometryNames(rank), ...placeNames("s", rank), ...placeNames("t", rank), "total", "sk", "tk"],
            body: `${coordinates(rank)}${integer("left", at("s", rank))}${integer("right", at("t", rank))}let r=0.0;
              for(let i=0;i<total;i++){r=r+a[left+i*sk]*b[right+i*tk];}return r;`,
          }),
          inputs,
          output,
          length: sizeOf(output.shape),
          integers: [
            ...geometry(output.shape),
            // An output column does not move the left operand, nor a row the right one.
            ...place(a, { [column]: 0 }),
            ...place(b, { [row]: 0 }),
            a.shape[column],
            a.strides[column],
            b.strides[row],
          ],
        });
      },
    },
  };
}
