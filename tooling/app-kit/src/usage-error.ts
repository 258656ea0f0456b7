/** What was asked for on the command line cannot be done; the program exits with code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
