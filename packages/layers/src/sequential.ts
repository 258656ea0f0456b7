import { childrenOf, DataError, type Tensor } from "@nn/tensor";
import { applyLayer, checkLayer, type Layer } from "./layer.js";
import { Module } from "./module.js";

/**
 * Layers one after the other (torch.nn.Sequential). Bare functions are layers too. State-dict keys are `"0.weight"`,
 * `"2.bias"`, … as in PyTorch, functions counted.
 *
 * @example
 * ```ts
 * import { Linear, Sequential } from "@nn/layers";
 * import { relu, stateDict, zeros } from "@nn/tensor";
 *
 * const model = new Sequential(new Linear(4, 8), relu, new Linear(8, 2));
 * model.forward(zeros([3, 4])).shape; // => [3, 2]
 * Object.keys(stateDict(model)); // => ["0.weight", "0.bias", "2.weight", "2.bias"]
 * ```
 */
export class Sequential extends Module implements Iterable<Layer> {
  readonly #layers: readonly Layer[];

  /** @throws DataError when one of them is no layer. */
  constructor(...layers: Layer[]) {
    super();
    for (const [i, layer] of layers.entries()) checkLayer("Sequential", layer, String(i));
    this.#layers = layers;
  }

  forward(x: Tensor): Tensor {
    let y = x;
    for (const layer of this.#layers) y = applyLayer(layer, y);
    return y;
  }

  /** Number of layers. */
  get length(): number {
    return this.#layers.length;
  }
  /**
   * The layer at a position; negative ones count from the end.
   *
   * @throws DataError when there is none.
   */
  at(position: number): Layer {
    const layer = this.#layers.at(position);
    if (layer !== undefined && Number.isInteger(position)) return layer;
    throw new DataError({
      where: "Sequential.at",
      problem: "there is no such layer",
      rows: [
        ["layers", String(this.length)],
        ["got", String(position)],
      ],
      fix: this.length === 0 ? "the Sequential is empty" : `use a position from ${-this.length} to ${this.length - 1}`,
    });
  }
  [Symbol.iterator](): Iterator<Layer> {
    return this.#layers[Symbol.iterator]();
  }
  /** @internal Names the children "0", "1", …. */
  [childrenOf](): Iterable<readonly [string, Layer]> {
    return this.#layers.map((layer, i) => [String(i), layer] as const);
  }
}
