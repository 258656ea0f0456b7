import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadMobyDick, loadSentences, loadUsBirths } from "../node.js";
import { dataFolder, readPublished } from "./installed-folder.js";
import { chaptersOf } from "./load-moby-dick.js";
import { parseSentences } from "./load-sentences.js";
import { parseBirths } from "./load-us-births.js";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "nn-packages-"));
});
afterEach(() => rmSync(root, { recursive: true }));

test("births are read by column", () => {
  const births = parseBirths("year,month,date_of_month,day_of_week,births\n1969,1,1,3,8486\n1969,1,2,4,9002\n");
  expect(births).toEqual({
    births: Float32Array.of(8486, 9002),
    year: Int32Array.of(1969, 1969),
    month: Int32Array.of(1, 1),
    dayOfMonth: Int32Array.of(1, 2),
    dayOfWeek: Int32Array.of(3, 4),
    length: 2,
  });
});

test("a novel is cut before its headings", () => {
  const text = "CHAPTER 1. One.\n\nIn CHAPTER 2. nothing begins.\nCHAPTER 2. Two.\n";
  expect(chaptersOf(text)).toEqual(["CHAPTER 1. One.\n\nIn CHAPTER 2. nothing begins.\n", "CHAPTER 2. Two.\n"]);
});

test("sentences are trimmed, and the empty one at the end is left out", () => {
  const json = '[{"text":" Good. ","class":1},{"text":"Bad.","class":0},{"text":"","class":null}]';
  expect(parseSentences(json)).toEqual([
    { text: "Good.", label: 1 },
    { text: "Bad.", label: 0 },
  ]);
});

describe("a package", () => {
  const install = (name: string) => {
    const folder = join(root, "node_modules", name);
    mkdirSync(join(folder, "data"), { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name }));
    return folder;
  };
  const from = () => pathToFileURL(join(root, "main.js"));
  const packages = [
    { name: "nn-small", version: "1.0.0", path: "data" },
    { name: "nn-large", version: "2.0.0", path: join("small", "data") },
  ];
  test("is found from the caller, the first that is there", () => {
    expect(() => dataFolder(packages, { from: from() })).toThrow(/"nn-small" is not installed[^]*nn-small@1\.0\.0/);
    const large = install("nn-large");
    expect(dataFolder(packages, { from: from() })).toBe(join(large, "small", "data"));
    const small = install("nn-small");
    expect(dataFolder(packages, { from: from() })).toBe(join(small, "data"));
    expect(dataFolder(packages, { folder: "/elsewhere" })).toBe(join("/elsewhere", "data"));
  });
  test("gives a file that is the published one", async () => {
    const path = join(root, "file.txt");
    writeFileSync(path, "grün");
    const sum = createHash("sha256").update("grün").digest("hex");
    expect(await readPublished("load", path, sum)).toBe("grün");
    await expect(readPublished("load", path, sum.replace(/./, "x"))).rejects.toThrow(
      /not the published one[^]*5 bytes/,
    );
    await expect(readPublished("load", join(root, "none"), sum)).rejects.toThrow(/ENOENT/);
  });
  test.each([
    ["loadUsBirths", (folder: string) => loadUsBirths({ folder }), "data/data.csv"],
    ["loadMobyDick", (folder: string) => loadMobyDick({ folder }), "data/data.txt"],
    ["loadSentences", (folder: string) => loadSentences({ folder }), "test/fixtures/amazon.json"],
  ] as const)("of %s that was changed is refused by name", async (where, load, file) => {
    mkdirSync(join(root, file, ".."), { recursive: true });
    writeFileSync(join(root, file), "other");
    await expect(load(root)).rejects.toThrow(`[${where}]`);
    await expect(load(root)).rejects.toThrow(/not the published one[^]*other content/);
  });
  test("of years that nobody counted", async () => {
    await expect(loadUsBirths({ years: "1900-1910" as "1969-1988" })).rejects.toThrow(/no such series[^]*1969-1988/);
  });
});
