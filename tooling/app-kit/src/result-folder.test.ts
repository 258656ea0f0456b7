import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { prepareFile } from "./files.js";
import { ResultFolder } from "./result-folder.js";

const base = mkdtempSync(join(tmpdir(), "result-folder-"));

it("writes the report and the metrics, and leaves an older run alone", async () => {
  const told = vi.spyOn(console, "error").mockReturnValue(undefined);
  const wanted = join(base, "run");
  const json = join(base, "other", "m.json");
  const first = ResultFolder.begin(wanted, json);
  await first.write({ accuracy: 0.5 }, "<p>");
  const second = ResultFolder.begin(wanted, undefined);
  expect([first.path, second.path]).toEqual([wanted, `${wanted}-2`]);
  expect(told.mock.calls.join()).toContain("holds a run already");
  told.mockRestore();
  expect(readFileSync(first.report, "utf8")).toBe("<p>");
  for (const path of [first.metrics, json]) expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ accuracy: 0.5 });
});

it("finds out early where nothing can be written", () => {
  const file = join(base, "file");
  writeFileSync(file, "");
  expect(() => ResultFolder.begin(file, undefined)).toThrow(`--out: expected a folder, got the file "${file}"`);
  expect(() => prepareFile("--json", base)).toThrow(`--json: expected the path of a file, got the folder "${base}"`);
  expect(() => prepareFile("--json", join(file, "x.json"))).toThrow(/^--json: expected a folder that can be made/);
});
