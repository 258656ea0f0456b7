import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getBackend, setBackend } from "@nn/tensor";
import { CommanderError } from "commander";
import { afterAll, afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Metrics } from "./metrics.js";
import { parseOptions } from "./options.js";
import { run } from "./run.js";

const base = mkdtempSync(join(tmpdir(), "forecast-run-"));
const backend = getBackend();

beforeEach(() => {
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  vi.spyOn(console, "error").mockReturnValue(undefined);
  vi.spyOn(console, "log").mockReturnValue(undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => setBackend(backend));

it("writes a report and metrics of a small run, the same for the same seed", { timeout: 60_000 }, async () => {
  const quick = ["--years", "1", "--epochs", "2", "--hidden-size", "4", "--seed", "3", "--threads", "1"];
  const results: Metrics[] = [];
  for (const name of ["a", "b"]) {
    const out = join(base, name);
    const json = join(base, `${name}.json`);
    expect(await run(parseOptions([...quick, "--out", out, "--json", json]))).toBe(0);
    results.push(JSON.parse(readFileSync(json, "utf8")) as Metrics);
    const report = readFileSync(join(out, "report.html"), "utf8");
    expect(report).toContain("The hardest days");
    expect(report).not.toMatch(/NaN|undefined|<script|https?:/);
  }
  const [first, second] = results as [Metrics, Metrics];
  expect(first).toMatchObject({ seed: 3, years: 1, epochs: 2, year: 1988, backend: "wasm" });
  expect(first.horizons.map(({ ahead }) => ahead)).toEqual([1, 7, 28]);
  expect(first.ahead).toHaveLength(28);
  expect(first.mase).toBeGreaterThan(0.2);
  expect(first.mase).toBeLessThan(10);
  expect(second.ahead).toEqual(first.ahead);
});

it.each([
  [["--epochs", "many"], "option '--epochs <count>' argument 'many' is invalid. Expected a whole number from 1"],
  [["--year", "2001"], "option '--year <year>' argument '2001' is invalid. Expected a whole number from 1974 to 1988"],
  [["--backend", "abacus"], "Allowed choices are wasm, cpu"],
  [["tomorrow"], "unexpected argument 'tomorrow'"],
])("refuses %j", (args, message) => {
  let text = "";
  const sink = { writeOut: (more: string) => (text += more), writeErr: (more: string) => (text += more) };
  expect(() => parseOptions(args, sink)).toThrow(CommanderError);
  expect(text).toContain(message);
  expect(text).toContain("npm start -- forecast --help");
});

it("has all defaults without an option", () => {
  expect(parseOptions([])).toMatchObject({ settings: { seed: 1, backend: "wasm", year: 1988 }, out: "runs/forecast" });
});
