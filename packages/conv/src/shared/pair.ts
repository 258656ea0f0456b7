import type { Reason } from "./reasons.js";

/** A number for both axes, or `[height, width]`. */
export type Pair = number | readonly [height: number, width: number];

/** A number for all axes, or `[depth, height, width]`. */
export type Triple = number | readonly [depth: number, height: number, width: number];

/** Both numbers of a pair. */
export function pairOf(value: Pair): readonly [height: number, width: number] {
  return typeof value === "number" ? [value, value] : value;
}

/** All numbers of a triple. */
export function tripleOf(value: Triple): readonly [depth: number, height: number, width: number] {
  return typeof value === "number" ? [value, value, value] : value;
}

/** The reason why an option is no integer from `least` on; undefined when it is one. */
export function countReason(name: string, value: number, least: number): Reason | undefined {
  if (Number.isInteger(value) && value >= least) return undefined;
  return optionReason(name, `an integer of ${least} or more`, value, `${name}: ${Math.max(least, 1)}`);
}

/** The reason why an option is no pair of integers from `least` on; undefined when it is one. */
export function pairReason(name: string, value: Pair, least: number): Reason | undefined {
  return countsReason(name, pairOf(value), value, least, "two");
}

/** The reason why an option is no triple of integers from `least` on; undefined when it is one. */
export function tripleReason(name: string, value: Triple, least: number): Reason | undefined {
  return countsReason(name, tripleOf(value), value, least, "three");
}

function countsReason(
  name: string,
  numbers: readonly number[],
  value: Pair | Triple,
  least: number,
  many: "two" | "three",
): Reason | undefined {
  const length = many === "two" ? 2 : 3;
  if (numbers.length === length && numbers.every((number) => Number.isInteger(number) && number >= least)) return;
  return optionReason(
    name,
    `an integer of ${least} or more, or ${many} of them`,
    value,
    `${name}: ${Math.max(least, 1)}`,
  );
}

/** The reason for a wrong option, in the words that all of them share. */
export function optionReason(name: string, expected: string, got: unknown, fix: string): Reason {
  const shown = Array.isArray(got) ? `[${got.join(", ")}]` : typeof got === "string" ? `"${got}"` : String(got);
  return { kind: "option", problem: `${name} does not fit`, expected: `${name} ${expected}; got ${shown}`, fix };
}
