import type { EpochRecord, Metrics, Scores } from "./fit-options.js";

/** Scores as plain numbers: the totals of the metrics, of which their values are computed again. */
export interface SavedScores {
  readonly loss: number;
  readonly totals: Readonly<Record<string, readonly number[]>>;
}

/** An epoch of the history as a training state holds it. */
export type SavedRecord = Omit<EpochRecord<Metrics>, "train" | "validation"> & {
  readonly train: SavedScores;
  readonly validation?: SavedScores;
};

/** What the metrics hold now, with a loss. */
export function saveScores(loss: number, metrics: Metrics): SavedScores {
  return {
    loss,
    totals: Object.fromEntries(Object.entries(metrics).map(([name, metric]) => [name, metric.state()])),
  };
}

/** The epoch with the values of its metrics. */
export function readRecord<Ms extends Metrics>(saved: SavedRecord, train: Ms, validation: Ms): EpochRecord<Ms> {
  const record = { ...saved, train: readScores(saved.train, train) };
  if (saved.validation === undefined) return record as EpochRecord<Ms>;
  return { ...record, validation: readScores(saved.validation, validation) } as EpochRecord<Ms>;
}

function readScores<Ms extends Metrics>({ loss, totals }: SavedScores, metrics: Ms): Scores<Ms> {
  const known = Object.entries(totals).filter(([name]) => name in metrics);
  return {
    loss,
    ...Object.fromEntries(known.map(([name, state]) => [name, metrics[name]!.compute(state)])),
  } as Scores<Ms>;
}
