import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getBackend, setBackend } from "@nn/tensor";
import { CommanderError } from "commander";
import { afterAll, afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Metrics } from "./metrics.js";
import { parseOptions } from "./options.js";
import { run } from "./run.js";

const base = mkdtempSync(join(tmpdir(), "sentiment-run-"));
const backend = getBackend();

beforeEach(() => {
  vi.spyOn(console, "error").mockReturnValue(undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => setBackend(backend));

it("writes a report and metrics of a small run, the same for the same seed", { timeout: 60_000 }, async () => {
  const told = vi.spyOn(console, "log").mockReturnValue(undefined);
  const quick = ["--sentences", "120", "--epochs", "2", "--members", "2", "--hidden-size", "4", "--threads", "1"];
  const results: Metrics[] = [];
  for (const name of ["a", "b"]) {
    const out = join(base, name);
    const json = join(base, `${name}.json`);
    expect(await run(parseOptions([...quick, "--seed", "3", "--out", out, "--json", json]))).toBe(0);
    results.push(JSON.parse(readFileSync(json, "utf8")) as Metrics);
    const report = readFileSync(join(out, "report.html"), "utf8");
    expect(report).toContain("Which words decide");
    expect(report).not.toMatch(/NaN|undefined|<script|https?:/);
  }
  const [first, second] = results as [Metrics, Metrics];
  expect(first).toMatchObject({ seed: 3, members: 2, epochs: 2, sentencesUsed: 120, backend: "wasm" });
  expect(first.byFold).toHaveLength(5);
  expect(first.baselines).toHaveLength(2);
  expect(first.baseline.accuracy).toBe(Math.max(...first.baselines.map(({ accuracy }) => accuracy)));
  expect(first.difference).toBeCloseTo(first.accuracy - first.baseline.accuracy, 10);
  expect(first.onlyNet - first.onlyBaseline).toBe(Math.round(120 * first.difference));
  expect({ ...second, seconds: first.seconds }).toEqual(first);
  const text = told.mock.calls.join("\n");
  expect(text).toContain("Which words decide (gradient × input");
  expect(text).toContain("accuracy by fold");
});

it.each([
  [["--members", "11"], "option '--members <count>' argument '11' is invalid. Expected a whole number from 1 to 10"],
  [["--sentences", "4000"], "argument '4000' is invalid. Expected a whole number from 60 to 3000"],
  [["--lr", "fast"], "argument 'fast' is invalid. Expected a number above 0"],
  [["great"], "unexpected argument 'great'"],
])("refuses %j", (args, message) => {
  let text = "";
  const sink = { writeOut: (more: string) => (text += more), writeErr: (more: string) => (text += more) };
  expect(() => parseOptions(args, sink)).toThrow(CommanderError);
  expect(text).toContain(message);
  expect(text).toContain("npm start -- sentiment --help");
});
