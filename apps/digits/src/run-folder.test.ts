import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { beginRun, resumeRun } from "./run-folder.js";
import { defaults } from "./settings.js";

const base = mkdtempSync(join(tmpdir(), "digits-folder-"));

describe("run folders", () => {
  it("leave a run alone that is there already", async () => {
    const first = await beginRun(join(base, "a"), defaults);
    writeFileSync(first.report, "mine");
    const second = await beginRun(join(base, "a"), { ...defaults, seed: 9 });
    const third = await beginRun(join(base, "a"), defaults);
    expect([first.path, second.path, third.path]).toEqual(["a", "a-2", "a-3"].map((name) => join(base, name)));
    expect(readFileSync(first.report, "utf8")).toBe("mine");
    expect((await resumeRun(second.path, {})).settings.seed).toBe(9);
  });

  it("refuse a resume with other settings, flag by flag", async () => {
    const { path } = await beginRun(join(base, "b"), defaults);
    const resume = resumeRun(path, { epochs: 3, seed: defaults.seed, batchSize: 7 });
    await expect(resume).rejects.toThrow(
      `other settings; nothing was changed.\n  --epochs: the run has ${defaults.epochs}, the command line says 3\n` +
        `  --batch-size: the run has ${defaults.batchSize}, the command line says 7\n`,
    );
  });

  it("say that there is no run", async () => {
    await expect(resumeRun(join(base, "none"), {})).rejects.toThrow(
      /there is no run in ".*none" \(expected .*run.json\)/,
    );
  });

  it.each([
    ["no JSON", "{"],
    ["other settings", JSON.stringify({ settings: { ...defaults, lr: 1 }, sha256: "0" })],
    ["nothing", "null"],
  ])("refuse a damaged file of settings: %s", async (_, content) => {
    const { path } = await beginRun(join(base, "c"), defaults);
    writeFileSync(join(path, "run.json"), content);
    await expect(resumeRun(path, {})).rejects.toThrow(/changed or damaged[^]*run\.json/);
  });

  it("find out early where nothing can be written", async () => {
    const file = join(base, "file");
    writeFileSync(file, "");
    await expect(beginRun(file, defaults)).rejects.toThrow(`--out: expected a folder, got the file "${file}"`);
  });
});
