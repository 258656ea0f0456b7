import type { Program } from "../engine.js";

/** The function text that gpu.js translates. */
export function sourceOf({ arrays, integers, floats = [], body }: Program): string {
  return `function(${[...arrays, ...integers, ...floats].join(",")}){${body}}`;
}
