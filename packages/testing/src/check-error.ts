/**
 * A check that failed. All fields are also in the message.
 *
 * @example
 * ```ts
 * import { CheckError, expectClose } from "@nn/testing";
 *
 * const error = await expectClose([1], [2]).catch((reason: unknown) => reason);
 * error instanceof CheckError; // => true
 * ```
 */
export class CheckError extends Error {
  override readonly name = "CheckError";

  constructor(
    /** What was checked: an op, a layer, an optimizer, a backend. */
    readonly subject: string,
    /** What went wrong, in half a sentence. */
    readonly problem: string,
    /** Label and value, one a line: expected, got, and where. */
    readonly rows: readonly (readonly [label: string, value: string])[] = [],
    cause?: unknown,
  ) {
    const width = Math.max(8, ...rows.map(([label]) => label.length));
    const lines = rows.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`);
    super([`${subject}: ${problem}`, ...lines].join("\n"), cause === undefined ? undefined : { cause });
  }
}
