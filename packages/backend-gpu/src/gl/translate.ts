import { BackendError } from "@nn/backend";
import type { Program } from "../engine.js";
import { type Helper, helpers } from "../kernels/helpers.js";
import { sourceOf } from "../kernels/source.js";
import { WebGL2Kernel, WebGLKernel } from "../vendor/gl-kernels.js";
import { prune } from "./prune.js";

/** Versions of GLSL ES: 1.00 is that of WebGL 1, which headless-gl has; 3.00 that of WebGL 2. */
export type GlslVersion = 1 | 3;

/*
 * Kernel text to a fragment shader: gpu.js as a translator only, without a context. These are the steps of its
 * `build()` before it compiles. They are undocumented, so gpu.js is pinned and what they give is checked here and in the
 * tests. The uniforms of the result, for a number `n` and an array `a`:
 *   uOutputDim ivec3    elements of the output, 1, 1
 *   uTexSize ivec2      width and rows that are drawn
 *   user_n int, float
 *   user_a sampler2D
 *   user_aSize ivec2    width and rows of the texture; in version 3 the mask and the shift that divide by its width
 *   user_aDim ivec3     of no meaning where an array is read by one index
 */
export function translate({ arrays, integers, floats = [], ...program }: Program, version: GlslVersion): string {
  const types = [
    ...arrays.map(() => "ArrayTexture(1)"),
    ...integers.map(() => "Integer"),
    ...floats.map(() => "Float"),
  ] as const;
  const source = sourceOf({ arrays, integers, floats, ...program });
  const used = helpers.filter(({ name }) => source.includes(`${name}(`));
  const native = used.filter((helper) => nativeBody(helper, version) !== undefined);
  const Kernel = version === 3 ? WebGL2Kernel : WebGLKernel;
  const kernel = new Kernel(source, {
    // No context is asked for anything but this number.
    context: { TEXTURE0: 0 },
    canvas: {},
    validate: false,
    argumentTypes: types,
    output: [1],
    dynamicOutput: true,
    dynamicArguments: true,
    pipeline: true,
    precision: "single",
    tactic: "precision",
    fixIntegerDivisionAccuracy: false,
    functions: used.filter((helper) => !native.includes(helper)).map(declaration),
    nativeFunctions: native.map((helper) => nativeDeclaration(helper, version)),
    // Loops with a bound from an argument are cut without a word at this count.
    loopMaxIterations: 2 ** 30,
  });
  const texture = { size: [1, 1], dimensions: [1, 1, 1], texture: {} };
  const values = types.map((type) => (type === "ArrayTexture(1)" ? texture : 0));
  kernel.validateSettings(values);
  kernel.setupConstants(values);
  kernel.setupArguments(values);
  kernel.threadDim = [1, 1, 1];
  kernel.translateSource();
  kernel.pickRenderStrategy(values);
  const text = exact(kernel.getFragmentShader(values), version);
  return prune(text, text.indexOf(resultDeclaration));
}

function nativeBody({ glsl, glsl3 }: Helper, version: GlslVersion): string | undefined {
  return version === 3 ? (glsl3 ?? glsl) : glsl;
}

function declaration({ name, parameters, returns, body }: Helper) {
  return {
    name,
    source: `function ${name}(${parameters.map(([parameter]) => parameter).join(",")}){${body}}`,
    argumentTypes: parameters.map(([, type]) => type),
    returnType: returns,
  };
}

function nativeDeclaration(helper: Helper, version: GlslVersion) {
  const { name, parameters, returns } = helper;
  const typed = { Integer: "int", Number: "float" } as const;
  const list = parameters.map(([parameter, type]) => `${typed[type]} ${parameter}`);
  return {
    name,
    source: `${typed[returns]} ${name}(${list.join(", ")}) { ${nativeBody(helper, version)} }`,
    argumentTypes: Object.fromEntries(parameters),
    returnType: returns,
  };
}

const resultDeclaration = "float kernelResult;";

/** What is put in another place's stead: positions from integers where gpu.js goes through interpolated or scaled floats. */
const replacements: readonly (readonly [from: string | RegExp, to: string, only?: GlslVersion])[] = [
  [
    `index = int(vTexCoord.s * float(uTexSize.x)) + int(vTexCoord.t * float(uTexSize.y)) * uTexSize.x;
  threadId = indexTo3D(index, uOutputDim);`,
    // The rest of the last row is left as it is.
    `index = int(gl_FragCoord.x) + int(gl_FragCoord.y) * uTexSize.x;
  if (index >= uOutputDim.x) discard;
  threadId = ivec3(index, 0, 0);`,
  ],
  [
    /(float getFloatFromSampler2D\([^)]*\) \{)[^}]*\}/,
    "$1\n  return texelFetch(tex, ivec2(x & texSize.x, x >> texSize.y), 0).r;\n}",
    3,
  ],
];

function exact(text: string, version: GlslVersion): string {
  let result = text;
  for (const [from, to, only = version] of replacements) {
    if (only !== version) continue;
    const replaced = result.replace(from, to);
    if (replaced === result) throw changed();
    result = replaced;
  }
  if (!result.includes(resultDeclaration)) throw changed();
  return result.replace(hoisted, "int $1");
}

/** What gpu.js computes ahead it takes for a float, whatever native function it is. */
const integerFunctions = helpers.filter(({ returns }) => returns === "Integer").map(({ name }) => name);
const hoisted = new RegExp(`float (hoisted_\\w+=(?:${integerFunctions.join("|")})\\()`, "g");

function changed(): BackendError {
  return new BackendError({
    where: "gl",
    problem: "gpu.js translates differently: where a shader finds its position, reads a texture or leaves its result",
    fix: "use the version of gpu.js that @nn/backend-gpu is built with (2.24.1)",
  });
}
