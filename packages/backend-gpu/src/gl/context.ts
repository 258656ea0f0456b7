import { BackendError } from "@nn/backend";
import type { GpuOptions } from "../gpu.js";

/** A WebGL context of the engine's own, with what is to be known of it. */
export interface Context {
  readonly name: "webgl2" | "headlessgl";
  readonly gl: WebGLRenderingContext;
  /** The same where it is one of WebGL 2. */
  readonly gl2?: WebGL2RenderingContext;
  /** As the driver names itself. */
  readonly adapter: string;
  /** Gives it back to the system. */
  release(): void;
}

const attributes = { alpha: false, depth: false, stencil: false, antialias: false };

/** A context of WebGL 2, in browsers: on pages and in workers. */
export function openWebGL2({ powerPreference = "high-performance" }: GpuOptions): Context {
  const canvas = smallCanvas();
  const gl = canvas?.getContext("webgl2", { ...attributes, powerPreference });
  if (!gl) {
    throw new BackendError({
      where: "webgl2",
      problem:
        canvas === undefined ? "there is no WebGL 2 outside of browsers" : "this browser gives no WebGL 2 context",
      fix:
        canvas === undefined
          ? 'in Node use gpu({ prefer: "webgpu" }) or gpu({ prefer: "headlessgl" })'
          : "turn on hardware acceleration in the browser's settings, dispose contexts that are not needed any more, or use another backend",
    });
  }
  if (gl.getExtension("EXT_color_buffer_float") === null)
    throw noFloats("webgl2", nameOf(gl), "EXT_color_buffer_float");
  const release = () => gl.getExtension("WEBGL_lose_context")?.loseContext();
  // All that is used of WebGL 1 is in WebGL 2 too.
  return { name: "webgl2", gl: gl as WebGLRenderingContext, gl2: gl, adapter: nameOf(gl), release };
}

/** Nothing is ever shown on it. */
function smallCanvas(): Pick<OffscreenCanvas, "getContext"> | undefined {
  if (typeof OffscreenCanvas !== "undefined") return new OffscreenCanvas(1, 1);
  const { document } = globalThis as { document?: { createElement(name: "canvas"): OffscreenCanvas } };
  return document?.createElement("canvas");
}

/** A context of WebGL 1 by npm's `gl`, in Node. */
export function openHeadlessGL(): Context {
  const create = headlessGL();
  const gl = create(1, 1, { ...attributes, preserveDrawingBuffer: true });
  if (gl === null) {
    throw new BackendError({
      where: "headlessgl",
      problem: "OpenGL gives no context: there is no display, or no driver",
      rows: [["DISPLAY", environment().DISPLAY ?? "not set"]],
      fix: "on a machine without a screen start the program by xvfb-run -a node … (on Debian: apt-get install xvfb xauth libgl1-mesa-dri)",
    });
  }
  if (gl.getExtension("OES_texture_float") === null) throw noFloats("headlessgl", nameOf(gl), "OES_texture_float");
  const release = () => (gl.getExtension("STACKGL_destroy_context") as { destroy(): void } | null)?.destroy();
  return { name: "headlessgl", gl, adapter: nameOf(gl), release };
}

type CreateGL = (width: number, height: number, attributes: WebGLContextAttributes) => WebGLRenderingContext | null;

interface NodeProcess {
  readonly env: Readonly<Record<string, string | undefined>>;
  getBuiltinModule?(name: "node:module"): { createRequire(from: string): (name: string) => unknown };
}

function headlessGL(): CreateGL {
  // Taken at run time and not by an import: bundles for browsers must not look for it.
  const require = nodeProcess()
    ?.getBuiltinModule?.("node:module")
    .createRequire(import.meta.url);
  if (require === undefined) {
    throw new BackendError({
      where: "headlessgl",
      problem: "headless-gl runs in Node only",
      fix: 'in browsers use gpu({ prefer: "webgl2" })',
    });
  }
  try {
    return require("gl") as CreateGL;
  } catch (cause) {
    const missing = (cause as { code?: string }).code === "MODULE_NOT_FOUND";
    throw new BackendError({
      where: "headlessgl",
      problem: missing
        ? 'Node needs the package "gl", which is not installed'
        : 'the package "gl" does not load: it was not built, a library is missing, or this is not the main thread',
      rows: [["reason", String(cause).split("\n")[0]]],
      fix: "npm install gl (8.1.6); to build it Debian needs apt-get install build-essential python3 pkg-config libxi-dev libglu1-mesa-dev libglew-dev",
      cause,
    });
  }
}

function nodeProcess(): NodeProcess | undefined {
  return (globalThis as { process?: NodeProcess }).process;
}

function environment(): NodeProcess["env"] {
  return nodeProcess()?.env ?? {};
}

function nameOf(gl: WebGLRenderingContext | WebGL2RenderingContext): string {
  const info = gl.getExtension("WEBGL_debug_renderer_info");
  const renderer: unknown = gl.getParameter(info === null ? gl.RENDERER : info.UNMASKED_RENDERER_WEBGL);
  return `${renderer}` || "unnamed renderer";
}

function noFloats(where: string, adapter: string, extension: string): BackendError {
  return new BackendError({
    where,
    problem: "this device cannot compute into textures of floats",
    rows: [
      ["device", adapter],
      ["missing", extension],
    ],
    fix: "use another backend",
  });
}
