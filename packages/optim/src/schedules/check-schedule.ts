import { DataError } from "@nn/tensor";

/** Throws a DataError unless the values are positive integers. */
export function checkCounts(where: string, values: Readonly<Record<string, number>>): void {
  check(where, values, (value) => Number.isInteger(value) && value > 0, "a positive integer");
}

/** Throws a DataError unless the values are finite and not negative. */
export function checkRates(where: string, values: Readonly<Record<string, number>>): void {
  check(where, values, (value) => value >= 0 && value < Number.POSITIVE_INFINITY, "a number from 0 on");
}

function check(
  where: string,
  values: Readonly<Record<string, number>>,
  holds: (value: number) => boolean,
  says: string,
): void {
  for (const [name, value] of Object.entries(values)) {
    if (holds(value)) continue;
    throw new DataError({
      where,
      problem: `${name} makes no sense`,
      rows: [["expected", says, `got ${String(value)}`]],
      fix: `correct ${name}`,
    });
  }
}
