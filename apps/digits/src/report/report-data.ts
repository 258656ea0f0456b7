import type { Metrics } from "../metrics.js";

/** What the report shows beside the metrics. */
export interface ReportData {
  readonly metrics: Metrics;
  /** Digits that were read wrongly, the most confident mistakes first. */
  readonly mistakes: readonly Mistake[];
  /** The filters of the first convolution. */
  readonly filters: { readonly size: number; readonly weights: readonly ArrayLike<number>[] };
  readonly journey: Journey;
  readonly layers: readonly LayerRow[];
}

/** A digit that was read wrongly. */
export interface Mistake {
  /** 28 × 28 pixels in 0 … 1. */
  readonly pixels: ArrayLike<number>;
  readonly label: number;
  readonly prediction: number;
  /** Probability that the net gave its prediction. */
  readonly confidence: number;
  /** Probability that it gave the right digit. */
  readonly onLabel: number;
}

/** One digit on its way through the net. */
export interface Journey {
  readonly pixels: ArrayLike<number>;
  readonly label: number;
  readonly stages: readonly Stage[];
  /** Of the ten digits. */
  readonly probabilities: ArrayLike<number>;
}

/** What one layer makes of the digit. */
export interface Stage {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly maps: readonly ArrayLike<number>[];
}

export interface LayerRow {
  readonly path: string;
  readonly type: string;
  readonly output: string;
  readonly parameters: number;
}
