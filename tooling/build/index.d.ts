import type { Options } from "tsup";

/** The one build of every package. Everything else is an option of tsup. */
export function definePackage(
  options?: {
    /** Sources that no import reaches, such as a worker's script. */
    extra?: readonly string[];
    /** Sources that are built with all that they import, into files of their own; needs a THIRD-PARTY-NOTICES. */
    inline?: readonly string[];
    /** Whether the whole package may use Node's types; by default only entries named `node.ts` may. */
    node?: boolean;
  } & Partial<Options>,
): Options;
