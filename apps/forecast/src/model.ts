import { Linear, Module, softplus } from "@nn/layers";
import { GRU } from "@nn/recurrent";
import { concat, type Generator, type Tensor } from "@nn/tensor";
import { featureCount, horizon, levelColumns } from "./series.js";

/** Parts of the days that shall lie below each forecast: the ends of an interval of 90 %, and its middle. */
export const quantiles = [0.05, 0.5, 0.95] as const;

/** Days that the level is the mean of. */
const levelDays = 28;

/** Options of `Forecaster`. */
export interface ForecasterOptions {
  readonly hiddenSize: number;
  readonly generator: Generator;
}

/**
 * Reads the last days with a GRU, goes on with another one over the calendar of the days to come, and gives three
 * quantiles of each. All births are measured from the level of the last four weeks, so a rising population does not
 * lead out of what the net knows.
 */
export class Forecaster extends Module {
  readonly encoder: GRU;
  readonly decoder: GRU;
  readonly head: Linear;

  constructor({ hiddenSize, generator }: ForecasterOptions) {
    super();
    this.encoder = new GRU(featureCount, hiddenSize, { generator: generator.split("encoder") });
    this.decoder = new GRU(featureCount, hiddenSize, { generator: generator.split("decoder") });
    this.head = new Linear(hiddenSize + featureCount, quantiles.length, { generator: generator.split("head") });
  }

  /**
   * @param past `(n, inputLength, features)` of the days up to the last one known
   * @param ahead `(n, horizon, features)` of the days after it; their births are not looked at
   * @returns `(n, horizon, quantiles)` on the scale of the input
   */
  forward(past: Tensor, ahead: Tensor): Tensor {
    const level = past.slice(1, -levelDays).slice(2, 0, levelColumns).mean(1, { keepDims: true });
    const read = concat([past.slice(2, 0, levelColumns).sub(level), past.slice(2, levelColumns)], 2);
    // The last week, repeated: what the weekly naive forecast says.
    const week = column(read, 0).slice(1, -7);
    const weeks = concat(new Array<Tensor>(horizon / 7).fill(week), 1);
    const years = ahead.slice(2, 1, levelColumns).sub(level.slice(2, 1));
    const known = concat([weeks, years, ahead.slice(2, levelColumns)], 2);
    const { state } = this.encoder.forward(read);
    const { output } = this.decoder.forward(known, state);
    const answer = this.head.forward(concat([output, known], 2));
    const center = level.slice(2, 0, 1).add(column(answer, 0));
    const below = softplus(column(answer, 1));
    const above = softplus(column(answer, 2));
    // Quantiles that cannot cross.
    return concat([center.sub(below), center, center.add(above)], 2);
  }
}

function column(x: Tensor, feature: number): Tensor {
  return x.slice(2, feature, feature + 1);
}
