import { integer } from "./geometry.js";

/** A function that kernel texts may call. */
export interface Helper {
  readonly name: string;
  readonly parameters: readonly (readonly [name: string, type: "Integer" | "Number"])[];
  readonly returns: "Integer" | "Number";
  /** The body in gpu.js's language. */
  readonly body: string;
  /** The body in WGSL, where that is better; parameters are called `user_<name>` there. */
  readonly wgsl?: string;
  /** The body in GLSL ES 3, where that is better. */
  readonly glsl?: string;
}

const integers = [
  ["dividend", "Integer"],
  ["divisor", "Integer"],
] as const;
const value = [["value", "Number"]] as const;

/** Parameters typed Integer are exact to 2**31; they must not be called like an argument of a kernel. */
export const helpers: readonly Helper[] = [
  {
    name: "idiv",
    parameters: integers,
    returns: "Integer",
    // gpu.js has no integer division: the rounded quotient is corrected twice, exact for dividends below 2**31.
    body: `${integer("q", "Math.floor(dividend/divisor)")}${integer("rest", "dividend-q*divisor")}
      ${integer("more", "Math.floor(rest/divisor)")}q=q+more;rest=rest-more*divisor;
      if(rest<0){q=q-1;}if(rest>=divisor){q=q+1;}return q;`,
    wgsl: "return user_dividend / user_divisor;",
    glsl: "return dividend / divisor;",
  },
  {
    name: "imod",
    parameters: integers,
    returns: "Integer",
    body: "return dividend-idiv(dividend,divisor)*divisor;",
    wgsl: "return user_dividend % user_divisor;",
    glsl: "return dividend - (dividend / divisor) * divisor;",
  },
  {
    name: "toInteger",
    parameters: value,
    returns: "Integer",
    body: "let r=Math.floor(value);if(value<0){r=-Math.floor(-value);}return r;",
    wgsl: "return i32(user_value);",
    glsl: "return int(value);",
  },
  {
    name: "notANumber",
    parameters: value,
    returns: "Number",
    // Compilers fold `x !== x` to false; comparisons survive most of them, bits all.
    body: "let r=1.0;if(value>=0){r=0.0;}if(value<0){r=0.0;}return r;",
    wgsl: "return select(0.0, 1.0, (bitcast<u32>(user_value) & 0x7fffffffu) > 0x7f800000u);",
    glsl: "return (floatBitsToUint(value) & 0x7fffffffu) > 0x7f800000u ? 1.0 : 0.0;",
  },
];
