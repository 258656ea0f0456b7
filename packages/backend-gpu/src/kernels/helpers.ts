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
  /** The body in GLSL, where that is better. */
  readonly glsl?: string;
  /** The body in GLSL ES 3.00, where that can do what 1.00 cannot. */
  readonly glsl3?: string;
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
    glsl3: "return (floatBitsToUint(value) & 0x7fffffffu) > 0x7f800000u ? 1.0 : 0.0;",
  },
  {
    // Cephes sinf: sin (quarters 0) or cos (quarters 1); the multiple of π/2 is taken off in three parts.
    name: "sine",
    parameters: [
      ["angle", "Number"],
      ["quarters", "Number"],
    ],
    returns: "Number",
    body: `const turns=Math.floor(angle*0.6366197723675814+0.5);
      const rest=((angle-turns*1.5703125)-turns*0.00048375129699707)-turns*0.0000000754978995489;
      const square=rest*rest;
      const odd=rest+rest*square*(-0.16666654611+square*(0.0083321608736-square*0.00019515295891));
      const even=1.0-0.5*square+square*square*(0.04166664568298827+square*(-0.001388731625493765+square*0.00002443315711809948));
      const place=turns+quarters;const quadrant=place-4.0*Math.floor(place*0.25);
      let result=odd;if(quadrant>0.5){result=even;}if(quadrant>1.5){result=-odd;}if(quadrant>2.5){result=-even;}
      return result;`,
  },
  {
    // Cephes atanf on the smaller quotient, then the octant.
    name: "arctangent",
    parameters: [
      ["upward", "Number"],
      ["along", "Number"],
    ],
    returns: "Number",
    body: `const high=Math.abs(upward);const wide=Math.abs(along);let small=high;let large=wide;
      if(high>wide){small=wide;large=high;}
      let slope=0.0;if(large>0){slope=small/large;if(small===large){slope=1.0;}}
      let start=0.0;if(slope>0.41421357){start=0.78539816339;slope=(slope-1.0)/(slope+1.0);}
      const square=slope*slope;
      let result=start+slope+slope*square*(-0.333329491539+square*(0.199777106478+square*(-0.138776856032+square*0.0805374449538)));
      if(high>wide){result=1.57079632679-result;}if(along<0){result=3.14159265359-result;}if(upward<0){result=-result;}
      return result;`,
  },
];
