import { BackendError, childrenOf, noGrad, requireBuilt, type Tensor } from "@nn/tensor";
import { setMode } from "../mode.js";
import { Module } from "../module.js";
import { ownedBy } from "../owned-by.js";

/** What a `Lazy` can build: any layer with a `forward` whose first argument is a tensor. */
export interface LazyTarget {
  forward(x: Tensor, ...others: never[]): unknown;
}

/**
 * A layer that is built at its first call, from the input (torch.nn.modules.lazy): for sizes that nobody wants to count
 * by hand. It stands for the layer that it builds: state-dict keys, parameters and the printed form are that layer's.
 *
 * Until then nothing of it can be listed: `parameters`, `stateDict`, `valueAndGrad` and optimizers throw. Run the model
 * once before them, with `summary(model, inputShape)` or `predict(model, x)`. The function should make the layer in the
 * input's dtype and on its backend.
 *
 * @example
 * ```ts
 * import { Lazy, Linear, Sequential, summary } from "@nn/layers";
 * import { parameters, relu } from "@nn/tensor";
 *
 * const model = new Sequential(
 *   new Linear(4, 8),
 *   relu,
 *   new Lazy((x) => new Linear(x.shape[1], 2, { dtype: x.dtype, backend: x.backend })),
 * );
 * summary(model, [1, 4]).parameters; // => 58
 * parameters(model).length; // => 4
 * ```
 */
export class Lazy<L extends LazyTarget> extends Module {
  readonly #build: (x: Tensor) => L;
  #layer: L | undefined;
  #mode = true;

  /** @param build makes the layer, from the first input */
  constructor(build: (x: Tensor) => L) {
    super();
    this.#build = build;
  }

  /** Whether there is a layer already. */
  get built(): boolean {
    return this.#layer !== undefined;
  }
  /**
   * The layer.
   *
   * @throws BackendError before the first call.
   */
  get layer(): L {
    return this.#layer ?? this.#refuse([]);
  }

  /** What the layer's `forward` gives; the first call builds it. */
  forward(...inputs: Parameters<L["forward"]>): ReturnType<L["forward"]> {
    const layer = (this.#layer ??= ownedBy(this, () => noGrad(() => this.#build(inputs[0]))));
    // Who set the mode before there was a layer, or sets it back, knows this module alone.
    if (this.training !== this.#mode) setMode(layer, this.training);
    this.#mode = this.training;
    return Reflect.apply(layer.forward, layer, inputs) as ReturnType<L["forward"]>;
  }

  /** @internal The layer stands in its place. */
  [childrenOf](): Iterable<readonly [string, object]> {
    return this.#layer === undefined ? [] : [["", this.#layer]];
  }
  /** @internal */
  [requireBuilt](path: readonly string[]): void {
    if (this.#layer === undefined) this.#refuse(path);
  }
  /** The layer's printed form once there is one. */
  override toString(): string {
    return this.#layer === undefined ? super.toString() : String(this.#layer);
  }

  #refuse(path: readonly string[]): never {
    throw new BackendError({
      where: this.constructor.name,
      problem: "this layer has no parameters before its first call",
      rows: [["layer", ["model", ...path].join(".")]],
      fix: "run the model once before parameters, state dict, optimizer or training: summary(model, inputShape) or predict(model, x)",
    });
  }
}
