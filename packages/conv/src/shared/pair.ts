import type { Reason } from "./reasons.js";

/** A number for both axes, or `[height, width]`. */
export type Pair = number | readonly [height: number, width: number];

/** Both numbers of a pair. */
export function pairOf(value: Pair): readonly [height: number, width: number] {
  return typeof value === "number" ? [value, value] : value;
}

/** The reason why an option is no pair of integers from `least` on; undefined when it is one. */
export function pairReason(name: string, value: Pair, least: number): Reason | undefined {
  const pair = pairOf(value);
  if (pair.length === 2 && pair.every((number) => Number.isInteger(number) && number >= least)) return undefined;
  return optionReason(name, `an integer of ${least} or more, or two of them`, value, `${name}: ${Math.max(least, 1)}`);
}

/** The reason for a wrong option, in the words that all of them share. */
export function optionReason(name: string, expected: string, got: unknown, fix: string): Reason {
  const shown = Array.isArray(got) ? `[${got.join(", ")}]` : typeof got === "string" ? `"${got}"` : String(got);
  return { kind: "option", problem: `${name} does not fit`, expected: `${name} ${expected}; got ${shown}`, fix };
}
