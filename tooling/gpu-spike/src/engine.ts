import { BackendError, type Operand } from "@nn/backend";
import { GPU, type IKernelRunShortcut } from "gpu.js";
import { boxOf, contentOf } from "./box.js";
import { integer } from "./geometry.js";

/** `cpu` computes in f64 and rounds at stores, `webasm` in f32 throughout, like a shader. Both need no device. */
export const modes = ["cpu", "webasm"] as const;

/** A kernel's text and the names of its arguments, by type: nothing in it depends on a shape. */
export interface Program {
  readonly arrays: readonly string[];
  readonly integers: readonly string[];
  readonly floats?: readonly string[];
  readonly body: string;
}

/** One call of a program. */
export interface Call {
  /** Identifies the text: op, kind, rank. */
  readonly key: string;
  readonly program: () => Program;
  readonly inputs: readonly Operand[];
  readonly output: Operand;
  readonly length: number;
  readonly integers: readonly number[];
  readonly floats?: readonly number[];
}

/** The function text that the engine translates. */
export function sourceOf({ arrays, integers, floats = [], body }: Program): string {
  return `function(${[...arrays, ...integers, ...floats].join(",")}){${body}}`;
}

/**
 * Helpers in the engine's own language; parameters typed Integer stay exact. Written for shaders, which have no integer
 * division: the rounded quotient is corrected twice, exact for dividends below 2**31.
 */
const helpers = [
  helper(
    "idiv",
    ["dividend", "divisor"],
    "Integer",
    "Integer",
    `${integer("q", "Math.floor(dividend/divisor)")}${integer("rest", "dividend-q*divisor")}
    ${integer("more", "Math.floor(rest/divisor)")}q=q+more;rest=rest-more*divisor;
    if(rest<0){q=q-1;}if(rest>=divisor){q=q+1;}return q;`,
  ),
  helper("imod", ["dividend", "divisor"], "Integer", "Integer", "return dividend-idiv(dividend,divisor)*divisor;"),
  helper(
    "toInteger",
    ["value"],
    "Number",
    "Integer",
    "let r=Math.floor(value);if(value<0){r=-Math.floor(-value);}return r;",
  ),
  // Shader compilers fold `x !== x` to false; comparisons survive.
  helper("notANumber", ["value"], "Number", "Number", "let r=1.0;if(value>=0){r=0.0;}if(value<0){r=0.0;}return r;"),
];

function helper(name: string, parameters: string[], type: string, returnType: string, body: string) {
  return {
    name,
    source: `function ${name}(${parameters.join(",")}){${body}}`,
    argumentTypes: parameters.map(() => type),
    returnType,
  };
}

/** Compiles programs once each and runs them. Errors stick until `check`, as they would on a device that works behind. */
export class Engine {
  private readonly gpu: GPU;
  private readonly kernels = new Map<string, IKernelRunShortcut>();
  private failure: BackendError | undefined;

  /** Programs seen so far, for tests: a new shape must not add one. */
  readonly programs = new Map<string, Program>();

  constructor(readonly mode: (typeof modes)[number] = "cpu") {
    this.gpu = new GPU({ mode });
  }

  run(call: Call): void {
    try {
      const kernel = this.kernel(call);
      const box = boxOf(call.output.buffer);
      const arrays = call.inputs.map((input) => contentOf(boxOf(input.buffer)));
      kernel.setOutput([call.length]);
      const result = kernel(...arrays, ...call.integers, ...(call.floats ?? []));
      if (!(result instanceof Float32Array)) throw new TypeError("the kernel gave no array");
      // The engine would go on in another mode without a word.
      if (kernel.kernel.fallbackReason) throw new Error(kernel.kernel.fallbackReason);
      box.content = result;
    } catch (cause) {
      this.failure ??= new BackendError({
        where: "gpu-spike",
        problem: `kernel "${call.key}" failed`,
        rows: [["reason", cause instanceof Error ? cause.message : String(cause)]],
        fix: "see the cause",
        cause,
      });
    }
  }

  /** Throws the first error of any kernel since the start. */
  check(): void {
    if (this.failure) throw this.failure;
  }

  async dispose(): Promise<void> {
    this.kernels.clear();
    await this.gpu.destroy();
  }

  private kernel(call: Call): IKernelRunShortcut {
    const known = this.kernels.get(call.key);
    if (known) return known;
    const program = call.program();
    const types = (names: readonly string[] = [], type: "Array" | "Integer" | "Float") =>
      names.map((name) => [name, type] as const);
    const kernel = this.gpu
      .createKernel(sourceOf(program), {
        output: [1],
        dynamicOutput: true,
        dynamicArguments: true,
        precision: "single",
        argumentTypes: Object.fromEntries([
          ...types(program.arrays, "Array"),
          ...types(program.integers, "Integer"),
          ...types(program.floats, "Float"),
        ]),
      })
      .setFunctions(helpers)
      // Loops with a bound from an argument are cut without a word at this count.
      .setLoopMaxIterations(2 ** 30);
    this.programs.set(call.key, program);
    this.kernels.set(call.key, kernel);
    return kernel;
  }
}
