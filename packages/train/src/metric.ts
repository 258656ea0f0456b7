import { isTensor, noGrad, type Shape, type Tensor, type TypedArray } from "@nn/tensor";

/** Whether small or large values of a metric are the good ones. */
export type Mode = "min" | "max";

/** Values on the host. */
export interface HostValues {
  readonly data: TypedArray;
  readonly shape: Shape;
}

/** What a metric wants to know of a batch: a small tensor, or values that are on the host already. */
export type Measurement = Tensor | HostValues;

/**
 * A number (or a table of them) over a whole data set, gathered batch by batch. What a batch adds is computed on the
 * device by `measure` and added on the host by `add` when it has been read, so that nothing waits for the device.
 *
 * `B` is the batch, `R` what the loss function returned beside the loss, `V` the value.
 */
export interface Metric<B = unknown, R = unknown, V = number> {
  /** Which values are better. Default for `earlyStopping`. */
  readonly mode: Mode;
  /** What this batch adds. */
  measure(batch: B, rest: R): Measurement;
  /** Adds the values of what `measure` gave. */
  add(values: TypedArray, shape: Shape): void;
  /** `measure`, read, `add`: for own loops. */
  update(batch: B, rest: R): Promise<void>;
  /** The value over all that was added, or of a saved state. */
  compute(state?: readonly number[]): V;
  /** Forgets everything. */
  reset(): void;
  /** All that was added, as JSON. */
  state(): readonly number[];
  /** Goes on from a saved state. */
  restore(state: readonly number[]): void;
}

/** What `metric` makes a metric of. */
export interface MetricDefinition<B, R, V> {
  /** Which values are better. Default "max". */
  readonly mode?: Mode;
  /** The totals before the first batch. */
  readonly initial: readonly number[];
  /**
   * What a batch adds, in ops: one small tensor, or values that are on the host already. Runs without recording; other
   * tensors made inside are released.
   */
  measure(batch: B, rest: R): Measurement;
  /** Adds the values of that tensor, which has that shape, to the totals. */
  add(totals: number[], values: TypedArray, shape: Shape): void;
  /** The value of the totals. */
  compute(totals: readonly number[]): V;
}

/**
 * A metric of four functions over a list of totals, which are its saved state too.
 *
 * @example
 * ```ts
 * import { metric } from "@nn/train";
 * import { type Tensor, tensor } from "@nn/tensor";
 *
 * const meanAbsoluteError = () =>
 *   metric({
 *     mode: "min",
 *     initial: [0, 0],
 *     measure: (batch: { y: Tensor }, rest: { prediction: Tensor }) => rest.prediction.sub(batch.y).abs(),
 *     add(totals, values) {
 *       for (const value of values) totals[0] += value;
 *       totals[1] += values.length;
 *     },
 *     compute: ([sum, count]) => sum / count,
 *   });
 * const error = meanAbsoluteError();
 * await error.update({ y: tensor([1, 2]) }, { prediction: tensor([2, 4]) });
 * await error.update({ y: tensor([0]) }, { prediction: tensor([0]) });
 * error.compute(); // => 1
 * ```
 */
export function metric<B, R, V>(definition: MetricDefinition<B, R, V>): Metric<B, R, V> {
  let totals = [...definition.initial];
  const self: Metric<B, R, V> = {
    mode: definition.mode ?? "max",
    measure: (batch, rest) => noGrad(() => definition.measure(batch, rest)),
    add: (values, shape) => definition.add(totals, values, shape),
    async update(batch, rest) {
      const measured = self.measure(batch, rest);
      if (!isTensor(measured)) return self.add(measured.data, measured.shape);
      const { shape } = measured;
      const values = await measured.data();
      measured.dispose();
      self.add(values, shape);
    },
    compute: (state = totals) => definition.compute(state),
    reset: () => {
      totals = [...definition.initial];
    },
    state: () => [...totals],
    restore: (state) => {
      totals = [...state];
    },
  };
  return self;
}
