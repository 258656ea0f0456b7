/** Runs what a function of @nn/testing registers, and gives the messages of what failed by the names of the tests. */
export async function failuresOf(
  register: (runner: {
    describe(name: string, fn: () => void): unknown;
    it(name: string, fn: () => void | Promise<void>): unknown;
  }) => unknown,
): Promise<Record<string, string>> {
  const tests: [string, () => void | Promise<void>][] = [];
  await register({ describe: (_, fn) => fn(), it: (name, fn) => tests.push([name, fn]) });
  const failed: Record<string, string> = {};
  for (const [name, fn] of tests) {
    try {
      await fn();
    } catch (error) {
      failed[name] = String(error);
    }
  }
  return failed;
}
