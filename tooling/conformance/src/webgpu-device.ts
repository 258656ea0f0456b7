import { gpu } from "@nn/backend-gpu";

let why: string | undefined;
try {
  await (await gpu({ prefer: "webgpu" })).dispose();
} catch (error) {
  why = String(error);
  console.log(`Tests on WebGPU are skipped: ${why}`);
}

/** Why this machine has no WebGPU; undefined where it has. */
export const noWebGPU = why;
