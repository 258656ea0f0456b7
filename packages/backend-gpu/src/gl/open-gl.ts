import type { Engine } from "../engine.js";
import type { GpuOptions } from "../gpu.js";
import { followsIEEE } from "../probe.js";
import { openHeadlessGL, openWebGL2 } from "./context.js";
import { GLEngine } from "./gl-engine.js";

/** Makes a context and the engine over it, and tries how it computes. */
export async function openGL(name: "webgl2" | "headlessgl", options: GpuOptions): Promise<Engine> {
  const engine = new GLEngine(name === "webgl2" ? openWebGL2(options) : openHeadlessGL());
  engine.ieeeNaN = await followsIEEE(engine);
  return engine;
}
