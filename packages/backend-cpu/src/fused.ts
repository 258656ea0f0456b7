import type { Backend, FusedKernels } from "@nn/backend";
import { cpu } from "./cpu.js";

/** Fused kernels for `cpu({ kernels: fusedKernels })`. */
export const fusedKernels: Partial<FusedKernels> = {};

/** The CPU backend with all its fused kernels. */
export function fusedCpu(): Backend {
  return cpu({ kernels: fusedKernels });
}
