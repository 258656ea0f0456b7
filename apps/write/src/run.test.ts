import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { parseOptions } from "./options.js";
import type { Results } from "./results.js";
import { run } from "./run.js";

let folder: string;
let printed: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nn-write-"));
  printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += text;
    return true;
  });
  vi.spyOn(console, "log").mockImplementation((text = "") => {
    printed += `${text}\n`;
  });
  vi.spyOn(console, "error").mockImplementation(() => {});
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const start = (line: string) => run(parseOptions(line.split(" ")));

it("trains, reports, writes on from the checkpoint, and refuses to resume with other settings", async () => {
  const out = join(folder, "run");
  const json = join(folder, "metrics.json");
  const small = "--characters 4000 --hidden 8 --embedding 4 --epochs 2 --threads 1";
  expect(await start(`${small} --out ${out} --json ${json}`)).toBe(0);
  const results = JSON.parse(readFileSync(json, "utf8")) as Results;
  expect(results).toMatchObject({
    hidden: 8,
    seed: 1,
    stopped: "completed",
    baseline: { order: 5 },
    heldBackCharacters: 200,
  });
  expect(results.bitsPerCharacter).toBeLessThan(Math.log2(results.alphabet));
  expect(results.history).toHaveLength(2);
  expect(results.samples.map(({ text }) => text.length)).toEqual([610, 610, 610]);
  expect(printed).toContain(`LSTM        ${results.bitsPerCharacter.toFixed(3)} bits per character`);
  expect(printed).toContain(results.samples[2]!.text);

  const report = readFileSync(join(out, "report.html"), "utf8");
  for (const part of [results.bitsPerCharacter.toFixed(3), "inside a quotation", "temperature 0.4", "layer "]) {
    expect(report).toContain(part);
  }
  expect(report).not.toContain("<script");
  expect(readFileSync(join(out, "hidden-state.svg"), "utf8")).toMatch(/^<svg[^]*<rect[^]*<\/svg>\n$/);
  expect(readFileSync(join(out, "hidden-state.png")).toString("latin1", 1, 4)).toBe("PNG");

  printed = "";
  expect(await start(`--sample --out ${out} --prompt Ahab --length 20 --temperature 0.5`)).toBe(0);
  expect(printed).toMatch(/^Ahab[^]{1,20}\n$/);

  await expect(start(`--resume --out ${out} --hidden 16`)).rejects.toThrow(
    "--hidden: the run has 8, the command line says 16",
  );
  expect(await start(`--resume --out ${out}`)).toBe(0);
  expect(JSON.parse(readFileSync(join(out, "metrics.json"), "utf8")).bitsPerCharacter).toBe(results.bitsPerCharacter);
}, 60_000);

it("says what is wrong with a checkpoint", async () => {
  const file = join(folder, "checkpoint.safetensors");
  await expect(start(`--sample --checkpoint ${file}`)).rejects.toThrow(`there is no checkpoint "${file}"`);
  writeFileSync(file, "Call me Ishmael.");
  await expect(start(`--sample --checkpoint ${file}`)).rejects.toThrow("safetensors");
  await expect(start(`--checkpoint ${file} --characters 3000`)).rejects.toThrow("is there already");
});
