import type { Options } from "tsup";

/** The one build of every package. `extra` lists sources that no import reaches, such as a worker's script. */
export function definePackage(options?: { extra?: readonly string[] } & Partial<Options>): Options;
