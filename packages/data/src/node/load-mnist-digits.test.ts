import { cpSync, mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installedFolder } from "./installed-folder.js";
import { loadMnistDigits } from "./load-mnist-digits.js";

const published = join(dirname(createRequire(import.meta.url).resolve("mnist/package.json")), "src", "digits");
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "nn-digits-"));
  cpSync(published, folder, { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The files of one damaged copy after another; the first that is read is 0.json. */
const damage = (change: (path: string, text: string) => void) => {
  const path = join(folder, "0.json");
  cpSync(join(published, "0.json"), path);
  change(path, readFileSync(path, "utf8"));
  return loadMnistDigits({ folder });
};

test("reads the 10,000 digits of the package", async () => {
  const { images, shape, labels } = await loadMnistDigits({ from: import.meta.url });
  expect(shape).toEqual([10_000, 1, 28, 28]);
  expect([images.length, labels.length]).toEqual([10_000 * 784, 10_000]);
  const counts = Array.from({ length: 10 }, (_, digit) => labels.filter((label) => label === digit).length);
  expect(counts).toEqual([1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]);
  expect(images.every((value) => value >= 0 && value <= 1)).toBe(true);
  // A genuine digit: mean brightness of MNIST is 0.13.
  const mean = images.reduce((sum, value) => sum + value, 0) / images.length;
  expect(mean).toBeCloseTo(0.13, 2);
});

test.each<[string, (path: string, text: string) => void, RegExp]>([
  ["a missing file", (path) => unlinkSync(path), /cannot be read[^]*0\.json[^]*ENOENT[^]*npm install/],
  ["a cut file", (path, text) => writeFileSync(path, text.slice(0, 1000)), /no JSON[^]*0\.json[^]*sha256/],
  ["other JSON", (path) => writeFileSync(path, "null"), /no list "data"/],
  ["missing pixels", (path) => writeFileSync(path, '{"data":[0,1]}'), /2 numbers instead of 1001 images of 784/],
  ["bright pixels", (path, text) => writeFileSync(path, text.replace("[0", "[7")), /pixel 0 is 7/],
  ["changed pixels", (path, text) => writeFileSync(path, text.replace("[0", "[1")), /pixels were changed/],
])("refuses %s, naming it", async (_, change, message) => {
  await expect(damage(change)).rejects.toThrow(message);
});

test("says how to install a package that is missing", () => {
  expect(() => installedFolder("nn-no-such-package", "1.2.3", import.meta.url)).toThrow(
    /"nn-no-such-package" is not installed[^]*npm install nn-no-such-package@1\.2\.3/,
  );
});
