import type { Backend, Capabilities } from "@nn/backend";
import { testBackend } from "@nn/testing";
import { suites } from "./suites.js";

/** What a run of `testBackend` came to, where there is no test runner. */
export interface Report {
  readonly capabilities: Capabilities | undefined;
  readonly passed: number;
  readonly failures: readonly string[];
  readonly seconds: number;
}

/** Runs everything that `testBackend` registers. */
export async function reportOn(
  make: () => Backend | Promise<Backend>,
  options: { readonly trustOracle: boolean; readonly tolerances: Readonly<Record<string, number>> },
): Promise<Report> {
  const tests: [name: string, fn: () => void | Promise<void>][] = [];
  let group = "";
  let capabilities: Capabilities | undefined;
  const begin = performance.now();
  await testBackend(
    async () => {
      const backend = await make();
      capabilities = backend.capabilities;
      return backend;
    },
    {
      ...options,
      suites,
      describe(name, fn) {
        const outer = group;
        group = `${outer}${name} > `;
        fn();
        group = outer;
      },
      it: (name, fn) => void tests.push([group + name, fn]),
    },
  );
  const failures: string[] = [];
  for (const [name, fn] of tests) {
    try {
      await fn();
    } catch (error) {
      failures.push(`${name}: ${error}`);
    }
  }
  const seconds = (performance.now() - begin) / 1000;
  return { capabilities, passed: tests.length - failures.length, failures, seconds };
}
