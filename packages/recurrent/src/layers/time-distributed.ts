import { applyLayer, type Layer, Module, ownedBy } from "@nn/layers";
import { describe, ShapeError, type Tensor } from "@nn/tensor";

/**
 * Applies a layer at each step of sequences, with the same weights (Keras' TimeDistributed): `(n, t, …)` is given to it
 * as a batch of `(n · t, …)`. For what does not take leading dimensions by itself, such as convolutions of a video's
 * images; `Linear` and activations need no wrapper.
 *
 * @throws ShapeError when the input has no steps, or the layer changes the number of rows.
 *
 * @example
 * ```ts
 * import { Flatten, Linear, Sequential } from "@nn/layers";
 * import { TimeDistributed } from "@nn/recurrent";
 * import { zeros } from "@nn/tensor";
 *
 * const layer = new TimeDistributed(new Sequential(new Flatten(), new Linear(16, 3)));
 * layer.forward(zeros([2, 5, 4, 4])).shape; // => [2, 5, 3]
 * ```
 */
export class TimeDistributed extends Module {
  constructor(readonly layer: Layer) {
    super();
  }

  /** `(n, t, …)` → `(n, t, …)` */
  forward(x: Tensor): Tensor {
    return ownedBy(this, () => {
      if (x.rank < 2) throw wrongShape("the input is no batch of sequences", x, undefined);
      const [n, t, ...rest] = x.shape as readonly number[];
      const y = applyLayer(this.layer, x.reshape([n * t, ...rest]));
      if (y.shape[0] !== n * t) throw wrongShape("the layer changed the number of rows", x, y);
      return y.reshape([n, t, ...y.shape.slice(1)]);
    });
  }
}

function wrongShape(problem: string, x: Tensor, y: Tensor | undefined): ShapeError {
  return new ShapeError({
    where: "TimeDistributed",
    problem,
    rows: [["input", describe(x)], y === undefined ? ["expected", "[n, t, …]"] : ["of the layer", describe(y)]],
    fix:
      y === undefined ? "x.unsqueeze(0) makes a batch of one sequence" : "wrap a layer that keeps its first dimension",
  });
}
