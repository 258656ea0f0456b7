import type { DType } from "@nn/backend";
import { GPU, type IKernelRunShortcut } from "gpu.js";
import { Box, boxOf } from "../box.js";
import type { Call, Engine, Program } from "../engine.js";
import { helpers } from "../kernels/helpers.js";
import { sourceOf } from "../kernels/source.js";

/** Modes of gpu.js that need no device: `cpu` computes in f64 and rounds at stores, `webasm` in f32, like a shader. */
export const modes = ["cpu", "webasm"] as const;

class HostBox extends Box {
  content = new Float32Array(this.length);
}

/** Runs the kernel texts where there is no GPU, so that they are tested on every machine. */
export class TestEngine implements Engine {
  readonly name = "webgpu";
  readonly adapter: string;
  readonly maxElements = 2 ** 28;
  readonly maxInputs = 7;
  readonly ieeeNaN = true;
  /** Programs seen so far: a new shape must not add one. */
  readonly programs = new Map<string, Program>();
  private readonly gpu: GPU;
  private readonly compiled = new Map<string, IKernelRunShortcut>();
  private failure: unknown;

  constructor(mode: (typeof modes)[number] = "cpu") {
    this.adapter = `gpu.js in ${mode} mode`;
    this.gpu = new GPU({ mode });
  }

  alloc(dtype: DType, length: number): Box {
    return new HostBox(dtype, length);
  }

  free(): void {}

  write(box: Box, data: Float32Array, offset: number): void {
    contentOf(box).set(data, offset);
  }

  async read(box: Box, start: number, end: number): Promise<Float32Array> {
    return this.readSync(box, start, end);
  }

  readSync(box: Box, start: number, end: number): Float32Array {
    this.check();
    return contentOf(box).slice(start, end);
  }

  run(call: Call): void {
    try {
      const kernel = this.kernel(call);
      kernel.setOutput([call.length]);
      const arrays = call.inputs.map((input) => contentOf(boxOf(input.buffer)));
      const result = kernel(...arrays, ...call.integers, ...(call.floats ?? []));
      if (!(result instanceof Float32Array)) throw new TypeError("the kernel gave no array");
      // gpu.js would go on in another mode without a word.
      if (kernel.kernel.fallbackReason) throw new Error(kernel.kernel.fallbackReason);
      contentOf(boxOf(call.output.buffer)).set(result);
    } catch (error) {
      this.failure ??= new Error(`kernel "${call.key}" failed: ${error}`);
    }
  }

  async synchronize(): Promise<void> {
    this.check();
  }

  pooledBytes(): number {
    return 0;
  }

  async dispose(): Promise<void> {
    this.compiled.clear();
    await this.gpu.destroy();
  }

  private check(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  private kernel(call: Call): IKernelRunShortcut {
    const known = this.compiled.get(call.key);
    if (known !== undefined) return known;
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
      .setFunctions(
        helpers.map(({ name, parameters, returns, body }) => ({
          name,
          source: `function ${name}(${parameters.map(([parameter]) => parameter).join(",")}){${body}}`,
          argumentTypes: parameters.map(([, type]) => type),
          returnType: returns,
        })),
      )
      .setLoopMaxIterations(2 ** 30);
    this.programs.set(call.key, program);
    this.compiled.set(call.key, kernel);
    return kernel;
  }
}

function contentOf(box: Box): Float32Array {
  return (box as HostBox).content;
}
