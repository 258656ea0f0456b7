import type { EpochRecord, Metrics } from "./fit-options.js";

/** A number of an epoch by its path (`"validation.loss"`); undefined where the epoch has none. */
export function monitored(record: EpochRecord<Metrics>, path: string): number | undefined {
  const [part, name] = path.split(".", 2) as ["train" | "validation", string];
  const scores: Readonly<Record<string, unknown>> | undefined = record[part];
  const value = scores?.[name];
  return typeof value === "number" ? value : undefined;
}
