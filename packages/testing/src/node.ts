/// <reference types="node" />
import { readdirSync, readFileSync } from "node:fs";
import { DataError } from "@nn/backend";
import { type GoldenFile, parseGolden } from "./goldens.js";

// The same path from src/ and from dist/.
const folder = new URL("../goldens/", import.meta.url);

/**
 * Reads the goldens of one area, such as `conv`, from the files of this package. In browsers use `parseGolden`.
 *
 * @throws DataError when there is no such area; it names those there are.
 *
 * @example
 * ```ts
 * import { loadGolden } from "@nn/testing/node";
 *
 * loadGolden("matmul").cases[0].op; // => "matmul"
 * ```
 */
export function loadGolden(area: string): GoldenFile {
  const areas = goldenAreas();
  if (!areas.includes(area)) {
    throw new DataError({
      where: "loadGolden",
      problem: `there are no goldens of "${area}"`,
      rows: [["areas", areas.join(", ")]],
      fix: "pass one of these areas, or add one under tooling/golden",
    });
  }
  return parseGolden(JSON.parse(readFileSync(new URL(`${area}.json`, folder), "utf8")));
}

/**
 * Names of all areas that `loadGolden` takes.
 *
 * @example
 * ```ts
 * import { goldenAreas } from "@nn/testing/node";
 *
 * goldenAreas().includes("conv"); // => true
 * ```
 */
export function goldenAreas(): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => name.slice(0, -".json".length))
    .sort();
}
