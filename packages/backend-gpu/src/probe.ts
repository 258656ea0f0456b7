import type { Engine } from "./engine.js";

const [nan, infinity] = [Number.NaN, Number.POSITIVE_INFINITY];

/**
 * Whether NaN and infinities come through arithmetic and comparisons. Shading languages let a driver assume that there
 * are none, so it is tried: one small kernel, on values that the compiler cannot know.
 */
export async function followsIEEE(engine: Engine): Promise<boolean> {
  const input = engine.alloc("f32", inputs.length);
  const output = engine.alloc("f32", checks.length * inputs.length);
  engine.write(input, Float32Array.from(inputs), 0);
  engine.run({
    key: "probe",
    program: () => ({
      arrays: ["a"],
      integers: ["count"],
      body: `let k=0;k++;k=idiv(this.thread.x,count);const x=a[this.thread.x-k*count];let r=0.0;
        ${checks.map(({ text }, k) => `if(k===${k}){${text}}`).join("")}return r;`,
    }),
    inputs: [{ buffer: input, dtype: "f32", shape: [inputs.length], strides: [1], offset: 0 }],
    output: { buffer: output },
    length: checks.length * inputs.length,
    integers: [inputs.length],
  });
  const got = await engine.read(output, 0, checks.length * inputs.length);
  for (const box of [input, output]) engine.free(box);
  const wanted = checks.flatMap(({ value }) => inputs.map(value));
  return wanted.every((value, i) =>
    Number.isFinite(value) ? Math.abs(got[i] - value) < 1e-5 : Object.is(got[i], value),
  );
}

const inputs = [nan, infinity, -infinity, 0, 1, -2];

const flag = (condition: string) => `if(${condition}){r=1.0;}`;
const checks: readonly { readonly text: string; readonly value: (x: number) => number }[] = [
  { text: "r=x;", value: (x) => x },
  { text: "r=x+1.0;", value: (x) => x + 1 },
  { text: "r=x-x;", value: (x) => x - x },
  { text: "r=x*0.5;", value: (x) => x * 0.5 },
  { text: "r=1.0/(x*x);", value: (x) => 1 / (x * x) },
  { text: flag("x>0"), value: (x) => Number(x > 0) },
  { text: flag("x<=0"), value: (x) => Number(x <= 0) },
  { text: flag("x===1"), value: (x) => Number(x === 1) },
  { text: "r=notANumber(x);", value: (x) => Number(Number.isNaN(x)) },
  { text: "r=Math.exp(x);", value: Math.exp },
  { text: "r=Math.log(x);", value: Math.log },
  { text: "r=Math.sqrt(x);", value: Math.sqrt },
];
