import { type FusedKernels, type Operand, type Pool2dAttrs, type Shape, sizeOf } from "@nn/backend";
import type { Engine, Program } from "../engine.js";
import { integer, thread } from "./geometry.js";

type Family = "maxPool2d" | "maxPool2dGrad" | "avgPool2d" | "avgPool2dGrad";

/*
 * Pools and their gradients as gathers: a gradient's element looks at all windows that it is in, so that no two threads
 * add to one place.
 */

const integers = ["h", "w", "oh", "ow", "kh", "kw", "sy", "sx", "dy", "dx", "top", "left"];

/** Declares plane, row and column of the thread's element. */
const place = (height: string, width: string) =>
  `${integer("line", `idiv(${thread},${width})`)}${integer("column", `${thread}-line*${width}`)}
  ${integer("plane", `idiv(line,${height})`)}${integer("row", `line-plane*${height}`)}`;

/** Goes through the elements of the window at `oy`, `ox` that lie inside: row `y`, column `x`, place `r`, `c` within. */
const eachElement = (body: string) => `for(let r=0;r<kh;r++){${integer("y", "oy*sy-top+r*dy")}if(y>=0){if(y<h){
  for(let c=0;c<kw;c++){${integer("x", "ox*sx-left+c*dx")}if(x>=0){if(x<w){${body}}}}}}}`;

/** Goes through the windows that the element is in: window `oy`, `ox`, in which it is at `i`, `j`. */
const eachWindow = (body: string) => `for(let i=0;i<kh;i++){${integer("py", "row+top-i*dy")}if(py>=0){
  ${integer("oy", "idiv(py,sy)")}if(oy<oh){if(oy*sy===py){
  for(let j=0;j<kw;j++){${integer("px", "column+left-j*dx")}if(px>=0){
  ${integer("ox", "idiv(px,sx)")}if(ox<ow){if(ox*sx===px){${body}}}}}}}}}`;

const output = `${place("oh", "ow")}${integer("oy", "row")}${integer("ox", "column")}`;
const element = "const v=a[(plane*h+y)*w+x];";

const bodies = {
  maxPool2d: `${output}let best=-infinity;
    ${eachElement(`${element}if(v>best){best=v;}if(notANumber(v)>0.5){best=v;}`)}return best;`,
  // Whether the thread's element is the first of the largest: no earlier one is as large, no later one larger.
  maxPool2dGrad: `${place("h", "w")}let sum=0.0;const own=a[${thread}];
    ${eachWindow(`let chosen=1.0;${integer("mine", "i*kw+j")}
    ${eachElement(`${element}${integer("other", "r*kw+c")}
      if(other<mine){if(v>=own){chosen=0.0;}if(notANumber(v)>0.5){chosen=0.0;}}
      if(other>mine){if(v>own){chosen=0.0;}if(notANumber(v)>notANumber(own)){chosen=0.0;}}`)}
    if(chosen>0.5){sum=sum+g[(plane*oh+oy)*ow+ox];}`)}return sum;`,
  // `area` is the divisor; where only what lies inside counts it is 0.
  avgPool2d: `${output}let sum=0.0;let count=0.0;${eachElement(`${element}sum=sum+v;count=count+1.0;`)}
    if(area>0.5){count=area;}return sum/count;`,
  avgPool2dGrad: `${place("h", "w")}let sum=0.0;
    ${eachWindow(`let count=area;if(area<0.5){${eachElement("count=count+1.0;")}}
    sum=sum+a[(plane*oh+oy)*ow+ox]/count;`)}return sum;`,
};

export function pools(engine: Engine): Pick<FusedKernels, Family> {
  function run(
    name: Family,
    { kernelSize, stride, dilation, padding }: Pool2dAttrs,
    inputs: readonly Operand[],
    result: Operand,
    [image, windows]: readonly [Shape, Shape],
    floats: Readonly<Record<string, number>>,
  ): void {
    const sizes = [...image.slice(2), ...windows.slice(2), ...kernelSize];
    engine.run({
      key: name,
      program: (): Program => ({
        arrays: ["a", "g"].slice(0, inputs.length),
        integers,
        floats: Object.keys(floats),
        body: bodies[name],
      }),
      inputs,
      output: result,
      length: sizeOf(result.shape),
      integers: [...sizes, ...stride, ...dilation, padding[0], padding[2]],
      floats: Object.values(floats),
    });
  }
  const area = ({ kernelSize: [height, width] }: Pool2dAttrs, countIncludePad: boolean) => ({
    area: countIncludePad ? height * width : 0,
  });

  return {
    maxPool2d: {
      dense: true,
      run: ({ inputs, outputs: [y], attrs }) =>
        run("maxPool2d", attrs, inputs, y, [inputs[0].shape, y.shape], { infinity: Number.POSITIVE_INFINITY }),
    },
    maxPool2dGrad: {
      dense: true,
      run: ({ inputs, outputs: [dx], attrs }) =>
        run("maxPool2dGrad", attrs, inputs, dx, [dx.shape, inputs[1].shape], {}),
    },
    avgPool2d: {
      dense: true,
      run: ({ inputs, outputs: [y], attrs }) =>
        run("avgPool2d", attrs, inputs, y, [inputs[0].shape, y.shape], area(attrs, attrs.countIncludePad)),
    },
    avgPool2dGrad: {
      dense: true,
      run: ({ inputs, outputs: [dx], attrs }) =>
        run(
          "avgPool2dGrad",
          attrs,
          inputs,
          dx,
          [attrs.inputShape, inputs[0].shape],
          area(attrs, attrs.countIncludePad),
        ),
    },
  };
}
