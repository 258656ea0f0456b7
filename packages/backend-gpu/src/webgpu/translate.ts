import { BackendError } from "@nn/backend";
import type { Program } from "../engine.js";
import { type Helper, helpers } from "../kernels/helpers.js";
import { sourceOf } from "../kernels/source.js";
import { WebGPUKernel } from "../vendor/webgpu-kernel.js";

/** A program in WGSL and where its numbers lie in the uniform block. */
export interface Translation {
  readonly wgsl: string;
  /** Bytes of the uniform block. */
  readonly bytes: number;
  /** Word of the first integer; the other integers and the floats follow. */
  readonly firstScalar: number;
}

/** Threads of a workgroup of translated programs. */
export const workgroupSize = 64;

/** The first words of the uniform block: elements of the output, and threads of one row of workgroups. */
export const lengthWord = 0;
export const widthWord = 3;

/**
 * Kernel text to WGSL: gpu.js as a translator only. These are the steps of its `build()` before it asks for a device.
 * They are undocumented, so gpu.js is pinned and what they give is checked here and in the tests.
 */
export function translate({ arrays, integers, floats = [], ...program }: Program): Translation {
  const types = [
    ...arrays.map(() => "WebGPUBuffer"),
    ...integers.map(() => "Integer"),
    ...floats.map(() => "Float"),
  ] as const;
  const source = sourceOf({ arrays, integers, floats, ...program });
  const used = helpersIn(source);
  const kernel = new WebGPUKernel(source, {
    argumentTypes: types,
    output: [1],
    dynamicOutput: true,
    dynamicArguments: true,
    pipeline: true,
    precision: "single",
    functions: used.map(declaration),
    // Loops with a bound from an argument are cut without a word at this count.
    loopMaxIterations: 2 ** 30,
  });
  const values = types.map((type) => (type === "WebGPUBuffer" ? new Float32Array(1) : 0));
  kernel.setupConstants();
  kernel.setupArguments(values);
  kernel.validateSettings(values);
  kernel.threadDim = [1, 1, 1];
  kernel.translateSource();
  kernel.translatedFunctions = native(kernel.translatedFunctions, used);
  const layout = kernel.computeParamsLayout();
  kernel.paramsLayout = layout;
  const wgsl = kernel.assembleWGSL();
  const firstScalar = 4 + 4 * arrays.length;
  const asExpected =
    kernel.workgroupSize.join() === `${workgroupSize},1,1` &&
    layout.arrayArgs.every(({ dimsOffset }, i) => dimsOffset === 16 + 16 * i) &&
    layout.scalarArgs.every(({ offset }, i) => offset === 4 * (firstScalar + i)) &&
    layout.scalarArgs.length === integers.length + floats.length;
  if (!asExpected) throw changed("its uniform block is laid out in another way");
  return { wgsl, bytes: layout.byteLength, firstScalar };
}

function helpersIn(source: string): Helper[] {
  // A helper's own body may call another; those have WGSL of their own, so what the text names is all.
  return helpers.filter(({ name, wgsl, body }) => source.includes(`${name}(`) && (wgsl ?? body) !== "");
}

function declaration({ name, parameters, returns, body, wgsl }: Helper) {
  const names = parameters.map(([parameter]) => parameter);
  return {
    name,
    // What has WGSL of its own is translated with a short body that is then replaced: gpu.js takes no native text here.
    source: `function ${name}(${names.join(",")}){${wgsl === undefined ? body : `return ${names[0]};`}}`,
    argumentTypes: parameters.map(([, type]) => type),
    returnType: returns,
  };
}

function native(text: string, used: readonly Helper[]): string {
  let result = text;
  for (const { name, wgsl } of used) {
    if (wgsl === undefined) continue;
    const head = new RegExp(`(fn fn_${name}\\([^)]*\\) -> \\w+ \\{)[^}]*\\}`);
    if (!head.test(result)) throw changed(`the helper ${name} is not where it was`);
    result = result.replace(head, `$1\n${wgsl}\n}`);
  }
  return result;
}

function changed(what: string): BackendError {
  return new BackendError({
    where: "webgpu",
    problem: `gpu.js translates differently: ${what}`,
    fix: "use the version of gpu.js that @nn/backend-gpu is built with (2.24.1)",
  });
}
