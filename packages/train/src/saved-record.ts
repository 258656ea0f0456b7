import type { EpochRecord, Metrics, Scores } from "./fit-options.js";

/** A value of a metric: a number as it is, else the totals of which it is computed again. */
type SavedScore = number | { readonly totals: readonly number[] };

/** Scores as plain numbers. */
export interface SavedScores {
  readonly loss: number;
  readonly metrics: Readonly<Record<string, SavedScore>>;
}

/** An epoch of the history as a training state holds it. */
export type SavedRecord = Omit<EpochRecord<Metrics>, "train" | "validation"> & {
  readonly train: SavedScores;
  readonly validation?: SavedScores;
};

/** What was scored; the metrics still hold it. */
export function saveScores<Ms extends Metrics>({ loss, ...values }: Scores<Ms>, metrics: Ms): SavedScores {
  const saved = Object.entries(values).map(([name, value]): [string, SavedScore] => [
    name,
    typeof value === "number" ? value : { totals: metrics[name]!.state() },
  ]);
  return { loss, metrics: Object.fromEntries(saved) };
}

/** The epoch with the values of its metrics. */
export function readRecord<Ms extends Metrics>(saved: SavedRecord, train: Ms, validation: Ms): EpochRecord<Ms> {
  const record = { ...saved, train: readScores(saved.train, train) };
  if (saved.validation === undefined) return record as EpochRecord<Ms>;
  return { ...record, validation: readScores(saved.validation, validation) } as EpochRecord<Ms>;
}

function readScores<Ms extends Metrics>({ loss, metrics: saved }: SavedScores, metrics: Ms): Scores<Ms> {
  const known = Object.entries(saved).filter(([name]) => name in metrics);
  return {
    loss,
    ...Object.fromEntries(
      known.map(([name, value]) => [name, typeof value === "number" ? value : metrics[name]!.compute(value.totals)]),
    ),
  } as Scores<Ms>;
}
