import type { FusedKernels } from "@nn/backend";
import type { Engine } from "../engine.js";
import { runElementwise } from "./elementwise.js";
import { unaryBodies } from "./expressions.js";

type Family = "reluGrad" | "gelu" | "geluGrad" | "silu" | "siluGrad" | "dropout";

/** A function's body for another argument than `x`. */
const of = (body: string, argument: string) => body.replace(/\bx\b/g, argument);

/** Leaves `p`, the normal distribution function of a value or what stands for it. */
const normal = (x: string) => ({
  none: `const s=${x}*0.7071067811865476;${of(unaryBodies.erf, "s")}const p=(r+1.0)*0.5;`,
  tanh: `const s=${x}*(1.0+0.044715*${x}*${x})*0.7978845608028654;${of(unaryBodies.tanh, "s")}const p=(r+1.0)*0.5;`,
});
// Below -10 all is 0; a larger factor would make a visible number of what the rounding of p left.
const bounded = "let m=x;if(x<-10.0){m=-10.0;}r=m*p;";
const gelu = { none: `${normal("x").none}${bounded}`, tanh: `${normal("x").tanh}${bounded}` };
/** `x` is the gradient, `y` the input. */
const geluGrad = {
  none: `${normal("y").none}const density=Math.exp(-0.5*y*y)*0.3989422804014327;r=x*(p+y*density);`,
  tanh: `${normal("y").tanh}const slope=(1.0+0.134145*y*y)*1.5957691216057308;r=x*(p+y*(p-p*p)*slope);`,
};
const siluGrad = `${of(unaryBodies.sigmoid, "y")}const s=r;r=x*(s+y*(s-s*s));`;

/** Chains of elementwise ops in one pass over memory. */
export function fusedElementwise(engine: Engine): Pick<FusedKernels, Family> {
  return {
    reluGrad: { run: (io) => runElementwise(engine, "reluGrad", "r=0.0;if(y>0){r=x;}", io) },
    gelu: {
      run: (io) => runElementwise(engine, `gelu.${io.attrs.approximate}`, gelu[io.attrs.approximate], io),
    },
    geluGrad: {
      run: (io) => runElementwise(engine, `geluGrad.${io.attrs.approximate}`, geluGrad[io.attrs.approximate], io),
    },
    silu: { run: (io) => runElementwise(engine, "silu", `${unaryBodies.sigmoid}r=r*x;`, io) },
    siluGrad: { run: (io) => runElementwise(engine, "siluGrad", siluGrad, io) },
    dropout: { run: (io) => runElementwise(engine, "dropout", "r=0.0;if(y!==0){r=x*scale;}", io, ["scale"]) },
  };
}
