import { DataError } from "@nn/tensor";

/** A bound on a hyper-parameter, with the words that describe it. */
interface Bound {
  readonly holds: (value: number) => boolean;
  readonly says: string;
}

/** Finite and not below 0. */
export const notNegative: Bound = { holds: (value) => value >= 0 && value < Infinity, says: "a number from 0 on" };
/** From 0 to below 1. */
export const fraction: Bound = { holds: (value) => value >= 0 && value < 1, says: "a number from 0 to below 1" };
/** From 0 to 1. */
export const share: Bound = { holds: (value) => value >= 0 && value <= 1, says: "a number from 0 to 1" };

/** Throws a DataError unless the values hold to the bound. */
export function checkOptions(where: string, bound: Bound, options: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (typeof value === "number" && bound.holds(value)) continue;
    throw new DataError({
      where,
      problem: `${name} makes no sense`,
      rows: [["expected", bound.says, `got ${String(value)}`]],
      fix: `correct ${name}`,
    });
  }
}
