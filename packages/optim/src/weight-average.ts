import {
  Buffer,
  childrenOf,
  clone,
  DataError,
  describe,
  isParameter,
  noGrad,
  type OwnedTensor,
  stateDict,
  type Tensor,
  type Tree,
} from "@nn/tensor";

/** Options of `EMA` and `SWA`. */
export interface WeightAverageOptions {
  /** Whether buffers (running statistics) are averaged too. Default false: they stay as training left them. */
  readonly useBuffers?: boolean;
}

/** What an average of weights remembers. Everything but `average` is JSON. */
export interface WeightAverageStateDict {
  /** How many times the weights were averaged in. */
  readonly updates: number;
  /** The averages by the names that `stateDict(model)` has: the tensors themselves, not copies. */
  readonly average: Readonly<Record<string, Tensor>>;
}

/**
 * Keeps an average of the weights of a model beside them, and puts it in their place for evaluation and saving
 * (torch.optim.swa_utils.AveragedModel, without a second model). `EMA` and `SWA` are this class with their shares.
 *
 * @example
 * ```ts
 * import { WeightAverage } from "@nn/optim";
 * import { Parameter, tensor } from "@nn/tensor";
 *
 * const model = { weight: new Parameter(tensor([4])) };
 * // Each update takes a quarter of the new weights.
 * const average = new WeightAverage(model, () => 0.25);
 * average.update();
 * model.weight.assign(tensor([8]));
 * average.update();
 * await average.with(() => model.weight.item()); // => 5
 * await model.weight.item(); // => 8
 * ```
 */
export class WeightAverage {
  readonly #model: Tree;
  readonly #share: (updates: number) => number;
  readonly #useBuffers: boolean;
  /** By name; while swapped in, the weights of the training. */
  readonly #averages = new Map<string, Buffer>();
  #updates = 0;
  #swapped = false;

  /**
   * @param share what part of the average the new weights become, after so many updates; the first update copies them
   */
  constructor(model: Tree, share: (updates: number) => number, { useBuffers = false }: WeightAverageOptions = {}) {
    this.#model = model;
    this.#share = share;
    this.#useBuffers = useBuffers;
  }

  /** How many times the weights were averaged in. */
  get updates(): number {
    return this.#updates;
  }

  /** Whether the model holds the averages now. */
  get swappedIn(): boolean {
    return this.#swapped;
  }

  /**
   * Averages the weights in, as they are now: after every step of the optimizer, say.
   *
   * @throws DataError while the averages are swapped in.
   */
  update(): void {
    if (this.#swapped) throw swappedError("update");
    const share = this.#share(this.#updates);
    for (const [name, source] of this.#sources()) {
      const average = this.#averages.get(name);
      noGrad(() => {
        if (average === undefined) this.#averages.set(name, new Buffer(clone(source)));
        // Counters are no averages.
        else if (source.dtype === "f32" || source.dtype === "f64") {
          average.assign(average.add(source.sub(average).mul(share)));
        } else average.assign(clone(source));
      });
    }
    this.#updates++;
  }

  /**
   * Puts the averages into the model and keeps the weights of the training aside; nothing is copied. `restore` undoes
   * it; training goes on only then.
   *
   * @throws DataError before the first update, and when they are in the model already.
   */
  swapIn(): void {
    if (this.#swapped) throw swappedError("swapIn");
    if (this.#updates === 0) {
      throw new DataError({
        where: "swapIn",
        problem: "there is no average yet",
        fix: "call update() after the steps of the optimizer",
      });
    }
    this.#exchange();
  }

  /**
   * Puts the weights of the training back into the model.
   *
   * @throws DataError when they are there already.
   */
  restore(): void {
    if (!this.#swapped) {
      throw new DataError({
        where: "restore",
        problem: "the averages are not in the model",
        fix: "call swapIn() before restore()",
      });
    }
    this.#exchange();
  }

  /** Runs `fn`, also an asynchronous one, with the averages in the model, and restores the weights whatever happens. */
  with<T>(fn: () => T): T {
    this.swapIn();
    let pending = false;
    try {
      const result = fn();
      if (!(result instanceof Promise)) return result;
      pending = true;
      return result.finally(() => this.restore()) as T;
    } finally {
      if (!pending) this.restore();
    }
  }

  /**
   * The averages, by the names of the model's own state dict: also what one saves to use them alone.
   *
   * @throws DataError while the averages are swapped in.
   */
  stateDict(): WeightAverageStateDict {
    if (this.#swapped) throw swappedError("stateDict");
    return { updates: this.#updates, average: Object.fromEntries(this.#averages) };
  }

  /**
   * Goes on where a state dict was taken. Everything is checked before anything is changed; the tensors given stay the
   * caller's.
   *
   * @throws DataError that lists all that does not fit the model, and while the averages are swapped in.
   */
  loadStateDict({ updates, average }: WeightAverageStateDict): void {
    if (this.#swapped) throw swappedError("loadStateDict");
    const sources = this.#sources();
    checkAverages(sources, updates, average);
    const before = [...this.#averages.values()];
    this.#averages.clear();
    if (updates > 0) for (const [name] of sources) this.#averages.set(name, new Buffer(clone(average[name]!)));
    this.#updates = updates;
    // Last, since a dict of this average holds these very tensors.
    for (const buffer of before) buffer.dispose();
  }

  /** Forgets the averages and gives their memory back; the weights of the training are restored first. */
  dispose(): void {
    if (this.#swapped) this.#exchange();
    for (const buffer of this.#averages.values()) buffer.dispose();
    this.#averages.clear();
    this.#updates = 0;
  }

  /** The averages by name, for `moveTo(average, backend)`. */
  *[childrenOf](): Iterable<[string, Buffer]> {
    yield* this.#averages;
  }

  #sources(): [string, OwnedTensor][] {
    const all = Object.entries(stateDict(this.#model)) as [string, OwnedTensor][];
    return all.filter(([, tensor]) => this.#useBuffers || isParameter(tensor));
  }

  #exchange(): void {
    noGrad(() => {
      for (const [name, source] of this.#sources()) {
        const average = this.#averages.get(name);
        // A parameter that came after the last update has no average.
        if (average === undefined) continue;
        const [ofSource, ofAverage] = [source.release(), average.release()];
        source.assign(ofAverage);
        average.assign(ofSource);
      }
    });
    this.#swapped = !this.#swapped;
  }
}

function checkAverages(
  sources: readonly [string, OwnedTensor][],
  updates: number,
  average: Readonly<Record<string, Tensor>>,
): void {
  const problems: [string, string, string?][] = [];
  if (!Number.isInteger(updates) || updates < 0) problems.push(["updates", "expected a count", `got ${updates}`]);
  const names = new Set(sources.map(([name]) => name));
  for (const name of Object.keys(average)) if (!names.has(name)) problems.push([name, "unexpected"]);
  for (const [name, source] of updates > 0 ? sources : []) {
    const value = average[name];
    if (value === undefined) problems.push([name, "missing"]);
    else if (describe(value) !== describe(source)) {
      problems.push([name, `expected ${describe(source)}`, `got ${describe(value)}`]);
    }
  }
  if (problems.length === 0) return;
  const shown = problems.slice(0, 20);
  if (problems.length > shown.length) shown.push(["…", `${problems.length - shown.length} more`]);
  throw new DataError({
    where: "loadStateDict",
    problem: "the averages do not fit the model; nothing was loaded",
    rows: shown,
    fix: "build the model, and the average with the useBuffers, that were saved",
  });
}

function swappedError(where: string): DataError {
  return new DataError({
    where,
    problem: "the averages are in the model now",
    fix: "call restore() first, or use with(fn), which restores by itself",
  });
}
