import { type Backend, type Generator, type GeneratorState, isTensor, scope, type Tensor, tensor } from "@nn/tensor";
import { collate } from "./collate.js";
import { type Dataset, sampleContext } from "./dataset.js";
import { type HostArray, resolveArray } from "./host-array.js";
import {
  batchesError,
  batchSizeError,
  emptyError,
  exclusiveError,
  indexError,
  prefetchError,
  promiseError,
  stateError,
} from "./loader-errors.js";
import { prefetched } from "./prefetch.js";
import { type SeedOptions, streamOf } from "./random.js";
import { randomSampler, sequentialSampler } from "./sampling/basic-samplers.js";
import { batchSampler } from "./sampling/batch-sampler.js";
import type { BatchSampler, Sampler } from "./sampling/sampler.js";

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
export interface DataLoaderOptions<T, C extends CollatedBatch, B extends TensorBatch> extends SeedOptions {
  /** Samples in a batch. Default 1. */
  readonly batchSize?: number;
  /** A new random order in every epoch. Default false. */
  readonly shuffle?: boolean;
  /** Decides the order, instead of shuffle: `weightedRandomSampler`, say. */
  readonly sampler?: Sampler;
  /** Decides which samples make a batch, instead of batchSize, shuffle, sampler and dropLast. */
  readonly batchSampler?: BatchSampler;
  /** Leaves out a last batch that is not full. Default false. */
  readonly dropLast?: boolean;
  /**
   * Batches that `for await` asks for ahead of the one that is used, where samples come as promises: of files, of
   * workers. Default 2. They come in order; an error surfaces where its batch is due.
   */
  readonly prefetch?: number;
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
  /** Samples in a batch; undefined where a batch sampler decides. */
  readonly batchSize: number | undefined;
  readonly #options: DataLoaderOptions<T, C, B>;
  readonly #sampler: BatchSampler;
  #generator: Generator;
  #epoch = 0;
  #batch = 0;
  /** Whether the next loop goes on at this position instead of starting the next epoch. */
  #goesOn = true;

  constructor(dataset: Dataset<T>, options: DataLoaderOptions<T, C, B> = {}) {
    this.dataset = dataset;
    this.#options = options;
    this.batchSize = options.batchSampler === undefined ? (options.batchSize ?? 1) : undefined;
    this.#sampler = samplerOf(dataset, options);
    this.#generator = streamOf(options, "DataLoader");
    const { prefetch = 0 } = options;
    if (!(Number.isInteger(prefetch) && prefetch >= 0)) throw prefetchError(prefetch);
  }

  /** Batches in an epoch. */
  get length(): number {
    return this.#sampler.length;
  }

  /** The epoch under way, from 0; after a full loop the next one. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Where the loader stands: after the batches handed out so far, whatever was asked for ahead. */
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
    for (const indices of this.#start()) {
      const loaded = this.#load(indices);
      if (loaded instanceof Promise) {
        // What it comes to is of no interest any more.
        loaded.catch(() => {});
        throw promiseError();
      }
      const batch = this.#make(loaded);
      try {
        yield batch;
      } finally {
        release(batch);
      }
    }
    this.#finish();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<B, void, undefined> {
    const { prefetch = 2 } = this.#options;
    const ahead = prefetched(this.#start(), (indices) => this.#load(indices), prefetch, release);
    for await (const loaded of ahead) {
      const batch = this.#make(loaded);
      try {
        yield batch;
      } finally {
        release(batch);
      }
    }
    this.#finish();
  }

  /** Begins a loop: at the position where one was restored, else at the start of an epoch. Gives its batches. */
  #start(): readonly Int32Array[] {
    if (!this.#goesOn) {
      this.#epoch++;
      this.#batch = 0;
    }
    this.#goesOn = false;
    const batches = this.#sampler.batches(this.#generator.split(this.#epoch));
    if (batches.length !== this.length) throw batchesError(this.length, batches.length);
    return batches.slice(this.#batch);
  }

  #finish(): void {
    this.#epoch++;
    this.#batch = 0;
    this.#goesOn = true;
  }

  /** What a batch consists of; a promise where a sample is one. */
  #load(indices: Int32Array): CollatedBatch | Promise<CollatedBatch> {
    const { length } = this.dataset;
    for (const index of indices) if (!(index >= 0 && index < length)) throw indexError(index, length);
    if (this.#options.collate === undefined && this.dataset.gather !== undefined) return this.dataset.gather(indices);
    const samples: (T | Promise<T>)[] = [];
    try {
      for (const index of indices) {
        samples.push(this.dataset.get(index, sampleContext(this.#generator, this.#epoch, index)));
      }
    } catch (error) {
      // Those asked for before may fail too; one error is enough.
      for (const sample of samples) if (sample instanceof Promise) sample.catch(() => {});
      throw error;
    }
    if (!samples.some((sample) => sample instanceof Promise)) return this.#collate(samples as T[]);
    return Promise.all(samples).then((all) => this.#collate(all));
  }

  #collate(samples: T[]): CollatedBatch {
    return (this.#options.collate ?? collate)(samples);
  }

  #make(collated: CollatedBatch): B {
    const { backend, transform } = this.#options;
    const epoch = this.#epoch;
    const batch = this.#batch++;
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

function samplerOf<T, C extends CollatedBatch, B extends TensorBatch>(
  { length }: Dataset<T>,
  options: DataLoaderOptions<T, C, B>,
): BatchSampler {
  const { batchSize = 1, shuffle = false, sampler, dropLast, batchSampler: given } = options;
  if (given !== undefined) {
    const others = (["batchSize", "shuffle", "sampler", "dropLast"] as const).filter((name) => options[name]);
    if (others.length > 0) throw exclusiveError("batchSampler", others);
    if (length === 0 || given.length === 0) throw emptyError(length, 1);
    return given;
  }
  if (sampler !== undefined && shuffle) throw exclusiveError("sampler", ["shuffle"]);
  if (!(Number.isInteger(batchSize) && batchSize > 0)) throw batchSizeError(batchSize);
  const samples = sampler?.length ?? length;
  if (samples === 0 || (dropLast && samples < batchSize)) throw emptyError(samples, batchSize);
  const order = sampler ?? (shuffle ? randomSampler(length) : sequentialSampler(length));
  return batchSampler(order, { batchSize, dropLast });
}

/** Gives the memory of a batch back, but for what was kept. */
function release(batch: CollatedBatch): void {
  for (const value of Object.values(batch)) if (isTensor(value) && !value.kept) value.dispose();
}
