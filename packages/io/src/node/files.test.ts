/// <reference types="node" />
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readFile, writeFileAtomic } from "../node.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nn-io-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("writes, replaces and reads", async () => {
  const path = join(folder, "model.safetensors");
  await writeFileAtomic(path, Uint8Array.of(1, 2));
  await writeFileAtomic(path, Uint8Array.of(3));
  expect(await readFile(path)).toEqual(Uint8Array.of(3));
  expect(readdirSync(folder)).toEqual(["model.safetensors"]);
});

test("many writers at once leave one whole file and nothing else", async () => {
  const path = join(folder, "x");
  await Promise.all(Array.from({ length: 8 }, (_, i) => writeFileAtomic(path, new Uint8Array(1000).fill(i))));
  expect(new Set(readFileSync(path)).size).toBe(1);
  expect(readdirSync(folder)).toEqual(["x"]);
});

test("a write that fails names the file, and leaves the old one and no leftovers", async () => {
  const path = join(folder, "taken");
  mkdirSync(path);
  writeFileSync(join(path, "inside"), "");
  await expect(writeFileAtomic(path, Uint8Array.of(1))).rejects.toThrow(/writeFileAtomic[^]*taken/);
  expect(readdirSync(folder)).toEqual(["taken"]);
  await expect(writeFileAtomic(join(folder, "no", "x"), Uint8Array.of(1))).rejects.toThrow(
    /no such file or folder[^]*check the path/,
  );
});

test("says what is wrong with a file that cannot be read", async () => {
  await expect(readFile(join(folder, "no"))).rejects.toMatchObject({ code: "NN_DATA", where: "readFile" });
  await expect(readFile(join(folder, "no"))).rejects.toThrow(/no such file[^]*no[^]*check the path/);
  await expect(readFile(folder)).rejects.toThrow(/it is a folder/);
});
