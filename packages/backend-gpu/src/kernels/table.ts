import type { KernelTable } from "@nn/backend";
import type { Engine } from "../engine.js";
import { elementwise } from "./elementwise.js";
import { elementwiseProgram } from "./elementwise-program.js";
import { fusedElementwise } from "./fused-elementwise.js";
import { indexing } from "./indexing.js";
import { movement } from "./movement.js";
import { pools } from "./pools.js";
import { reductions } from "./reductions.js";

/** All kernels over one engine. */
export function kernels(engine: Engine): KernelTable {
  return {
    ...elementwise(engine),
    ...movement(engine),
    ...reductions(engine),
    ...indexing(engine),
    ...fusedElementwise(engine),
    ...elementwiseProgram(engine),
    ...pools(engine),
    ...engine.kernels,
  };
}
