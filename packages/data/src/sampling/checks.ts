import { DataError, type ErrorRow } from "@nn/tensor";

/** Refuses what is no integer from `least` on. */
export function checkCount(where: string, name: string, value: number, least = 1): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new DataError({
    where,
    problem: `${name} is no integer from ${least} on`,
    rows: [["got", String(value)]],
    fix: `pass { ${name}: ${Math.max(least, 32)} }, say`,
  });
}

/** What an option got and should have got. */
export function optionError(where: string, problem: string, rows: readonly ErrorRow[], fix: string): DataError {
  return new DataError({ where, problem, rows, fix });
}
