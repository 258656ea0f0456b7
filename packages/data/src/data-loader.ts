import {
  type Backend,
  DataError,
  defaultGenerator,
  Generator,
  type GeneratorState,
  isTensor,
  scope,
  type Tensor,
  tensor,
} from "@nn/tensor";
import { collate } from "./collate.js";
import type { Dataset } from "./dataset.js";
import { type HostArray, resolveArray } from "./host-array.js";

/** What a collate gives: host arrays, which the loader puts on the backend, or tensors. */
export type CollatedBatch = Readonly<Record<string, HostArray | Tensor>>;

/** A batch as the loop sees it. */
export type TensorBatch<C = CollatedBatch> = { [K in keyof C]: Tensor };

/** Where a batch stands, for transforms that draw random numbers. */
export interface BatchContext {
  readonly epoch: number;
  /** Index of the batch in its epoch. */
  readonly batch: number;
  /** A stream of this batch alone: a resumed loader draws the same numbers. */
  readonly generator: Generator;
}

/** How a loader hands out its dataset. */
export interface DataLoaderOptions<T, C extends CollatedBatch, B extends TensorBatch> {
  /** Samples in a batch. */
  readonly batchSize: number;
  /** A new random order in every epoch. Default false. */
  readonly shuffle?: boolean;
  /** Seed of the order. Default: a stream of the default generator, so that `manualSeed` decides. */
  readonly seed?: number;
  /** Instead of a seed; only its key counts, nothing is drawn from it. */
  readonly generator?: Generator;
  /** Leaves out a last batch that is not full. Default false. */
  readonly dropLast?: boolean;
  /** Makes a batch of samples. Default: `collate`, or the dataset's own `gather`. */
  readonly collate?: (samples: T[]) => C;
  /** Changes a batch once it is on the backend. */
  readonly transform?: (batch: TensorBatch<C>, context: BatchContext) => B;
  /** Where the tensors are made. Default: the backend of `setBackend`, looked up for each batch. */
  readonly backend?: Backend;
}

/** Where a loader stands: plain numbers, fit for a checkpoint. */
export interface DataLoaderState {
  readonly epoch: number;
  /** Batches of this epoch that were handed out. */
  readonly batch: number;
  readonly generator: GeneratorState;
}

/**
 * Hands out a dataset in batches, one epoch a loop (torch.utils.data.DataLoader). `for (const { x, y } of loader)`, or
 * `for await` where samples come as promises.
 *
 * A batch dies when the loop goes on or ends, also by `break`; `keep(tensor)` takes a tensor out. Order and transforms
 * depend only on seed, epoch and index, so a loader that got another's `state()` hands out exactly what that one would.
 *
 * @throws DataError when an option makes no sense or the dataset has no batch.
 *
 * @example
 * ```ts
 * import { DataLoader, TensorDataset } from "@nn/data";
 *
 * const dataset = new TensorDataset({ x: new Float32Array([1, 2, 3, 4, 5]), y: new Int32Array([0, 1, 0, 1, 0]) });
 * const loader = new DataLoader(dataset, { batchSize: 2, shuffle: true, seed: 7 });
 * let sum = 0;
 * for (const { x } of loader) sum += await x.sum().item();
 * sum; // => 15
 * loader.length; // => 3
 * ```
 */
export class DataLoader<
  T,
  C extends CollatedBatch = { [K in keyof T]: HostArray },
  B extends TensorBatch = TensorBatch<C>,
> {
  readonly dataset: Dataset<T>;
  readonly batchSize: number;
  readonly #options: DataLoaderOptions<T, C, B>;
  #generator: Generator;
  #epoch = 0;
  #batch = 0;
  /** Whether the next loop goes on at this position instead of starting the next epoch. */
  #goesOn = true;

  constructor(dataset: Dataset<T>, options: DataLoaderOptions<T, C, B>) {
    this.dataset = dataset;
    this.batchSize = options.batchSize;
    this.#options = options;
    const { seed, generator } = options;
    const source = generator ?? (seed === undefined ? defaultGenerator() : new Generator(seed));
    this.#generator = source.split("DataLoader");
    if (!(Number.isInteger(this.batchSize) && this.batchSize > 0)) throw batchSizeError(this.batchSize);
    if (this.length === 0) throw emptyError(dataset.length, this.batchSize);
  }

  /** Batches in an epoch. */
  get length(): number {
    const batches = this.dataset.length / this.batchSize;
    return this.#options.dropLast === true ? Math.floor(batches) : Math.ceil(batches);
  }

  /** The epoch under way, from 0; after a full loop the next one. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Where the loader stands: after the batches handed out so far. */
  state(): DataLoaderState {
    return { epoch: this.#epoch, batch: this.#batch, generator: this.#generator.state() };
  }

  /** Goes on where a state was taken: the next loop hands out the rest of that epoch. */
  restore({ epoch, batch, generator }: DataLoaderState): void {
    const fits = (value: number, most: number) => Number.isInteger(value) && value >= 0 && value <= most;
    if (!fits(epoch, Number.MAX_SAFE_INTEGER) || !fits(batch, this.length)) throw stateError(epoch, batch, this.length);
    this.#generator.restore(generator);
    this.#epoch = epoch;
    this.#batch = batch;
    this.#goesOn = true;
  }

  *[Symbol.iterator](): Iterator<B, void, undefined> {
    const order = this.#start();
    while (this.#batch < this.length) {
      const indices = this.#next(order);
      const batch = this.#make(this.#gather(indices) ?? this.#collate(this.#samples(indices)));
      try {
        yield batch;
      } finally {
        release(batch);
      }
    }
    this.#finish();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<B, void, undefined> {
    const order = this.#start();
    while (this.#batch < this.length) {
      const indices = this.#next(order);
      const samples = () => Promise.all(Array.from(indices, (index) => this.dataset.get(index)));
      const batch = this.#make(this.#gather(indices) ?? this.#collate(await samples()));
      try {
        yield batch;
      } finally {
        release(batch);
      }
    }
    this.#finish();
  }

  /** Begins a loop: at the position where one was restored, else at the start of an epoch. */
  #start(): Int32Array {
    if (!this.#goesOn) {
      this.#epoch++;
      this.#batch = 0;
    }
    this.#goesOn = false;
    const { length } = this.dataset;
    if (this.#options.shuffle === true) return this.#generator.split(this.#epoch).shuffled(length);
    return Int32Array.from({ length }, (_, i) => i);
  }

  #next(order: Int32Array): Int32Array {
    const start = this.#batch * this.batchSize;
    this.#batch++;
    return order.subarray(start, start + this.batchSize);
  }

  #finish(): void {
    this.#epoch++;
    this.#batch = 0;
    this.#goesOn = true;
  }

  #gather(indices: Int32Array): CollatedBatch | undefined {
    return this.#options.collate === undefined ? this.dataset.gather?.(indices) : undefined;
  }

  #collate(samples: T[]): CollatedBatch {
    return (this.#options.collate ?? collate)(samples);
  }

  #samples(indices: Int32Array): T[] {
    return Array.from(indices, (index) => {
      const sample = this.dataset.get(index);
      if (sample instanceof Promise) throw promiseError();
      return sample;
    });
  }

  #make(collated: CollatedBatch): B {
    const { backend, transform } = this.#options;
    const epoch = this.#epoch;
    const batch = this.#batch - 1;
    return scope(() => {
      const tensors: Record<string, Tensor> = {};
      for (const [name, value] of Object.entries(collated)) tensors[name] = toTensor(name, value, backend);
      if (transform === undefined) return tensors as B;
      const generator = this.#generator.split(`transform ${epoch}`).split(batch);
      return transform(tensors as TensorBatch<C>, { epoch, batch, generator });
    });
  }
}

function toTensor(name: string, value: HostArray | Tensor, backend: Backend | undefined): Tensor {
  if (isTensor(value)) return value;
  const { data, shape, dtype } = resolveArray("DataLoader", name, value);
  return tensor(data, { shape, dtype, backend });
}

/** Gives the memory of a batch back, but for what was kept. */
function release(batch: TensorBatch): void {
  for (const value of Object.values(batch)) if (isTensor(value) && !value.kept) value.dispose();
}

function batchSizeError(batchSize: number): DataError {
  return new DataError({
    where: "DataLoader",
    problem: "the batch size is no positive integer",
    rows: [["got", String(batchSize)]],
    fix: "pass { batchSize: 32 }",
  });
}

function emptyError(length: number, batchSize: number): DataError {
  return new DataError({
    where: "DataLoader",
    problem: "the dataset does not fill a batch",
    rows: [
      ["dataset", `${length} samples`],
      ["batch", `${batchSize} samples`],
    ],
    fix: length === 0 ? "pass a dataset with samples" : "leave dropLast out, or make the batches smaller",
  });
}

function stateError(epoch: number, batch: number, length: number): DataError {
  return new DataError({
    where: "DataLoader.restore",
    problem: "the state does not fit the loader",
    rows: [
      ["expected", `an epoch from 0, a batch from 0 to ${length}`],
      ["got", `epoch ${epoch}, batch ${batch}`],
    ],
    fix: "restore a state of a loader with the same dataset and batch size",
  });
}

function promiseError(): DataError {
  return new DataError({
    where: "DataLoader",
    problem: "the dataset gives its samples as promises",
    fix: "loop with for await (const batch of loader)",
  });
}
