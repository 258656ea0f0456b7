import type { Engine } from "./engine.js";
import { binaryBodies, unaryBodies } from "./kernels/expressions.js";

const [nan, infinity] = [Number.NaN, Number.POSITIVE_INFINITY];
const inputs = [nan, infinity, -infinity, 0, 1, -2];
const flag = (condition: string) => `r=0.0;if(${condition}){r=1.0;}`;

/**
 * What is tried, with `y` as NaN and `z` as x from another input, and what IEEE 754 says. Of x - x itself some compilers
 * make 0, but no kernel says it.
 */
const checks: readonly (readonly [body: string, value: (x: number) => number])[] = [
  ["", (x) => x],
  ["r=x+1.0;", (x) => x + 1],
  ["r=x-z;", (x) => x - x],
  ["r=x*0.5;", (x) => x * 0.5],
  ["r=1.0/(x*x);", (x) => 1 / (x * x)],
  [flag("x>0"), (x) => Number(x > 0)],
  [flag("x<=0"), (x) => Number(x <= 0)],
  [flag("x===z-1.0"), (x) => Number(x === x - 1)],
  [flag("x===infinity"), (x) => Number(x === infinity)],
  [binaryBodies.maximum, () => nan],
  [unaryBodies.isNaN, (x) => Number(Number.isNaN(x))],
  [unaryBodies.relu, (x) => (x < 0 ? 0 : x)],
  [unaryBodies.exp, Math.exp],
  [unaryBodies.log, Math.log],
  [unaryBodies.sqrt, Math.sqrt],
  [unaryBodies.tanh, Math.tanh],
  [unaryBodies.sigmoid, (x) => 1 / (1 + Math.exp(-x))],
];

/**
 * Whether NaN and infinities come through arithmetic, comparisons and functions. Shading languages let a driver assume
 * that there are none, so it is tried, by one small kernel, on values that the compiler cannot know.
 */
export async function followsIEEE(engine: Engine): Promise<boolean> {
  const length = checks.length * inputs.length;
  const input = engine.alloc("f32", inputs.length);
  const output = engine.alloc("f32", length);
  const operand = { buffer: input, dtype: "f32", shape: [inputs.length], strides: [1], offset: 0 } as const;
  engine.write(input, Float32Array.from(inputs), 0);
  engine.run({
    key: "probe",
    program: () => ({
      arrays: ["a", "b"],
      integers: ["count"],
      floats: ["nan", "infinity"],
      body: `let k=0;k++;k=idiv(this.thread.x,count);const x=a[this.thread.x-k*count];
        const z=b[this.thread.x-k*count];const y=nan;let r=x;
        ${checks.map(([body], k) => `if(k===${k}){${body}}`).join("")}return r;`,
    }),
    inputs: [operand, operand],
    output: { buffer: output },
    length,
    integers: [inputs.length],
    floats: [nan, infinity],
  });
  const got = await engine.read(output, 0, length);
  for (const box of [input, output]) engine.free(box);
  const wanted = checks.flatMap(([, value]) => inputs.map(value));
  return wanted.every((value, i) =>
    Number.isFinite(value) ? Math.abs(got[i] - value) < 1e-5 : Object.is(got[i], value),
  );
}
