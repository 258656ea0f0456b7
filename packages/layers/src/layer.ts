import { DataError, isTensor, type Tensor } from "@nn/tensor";

/** Anything that makes a tensor of a tensor: an object with `forward`, or a bare function. */
export type Layer = { forward(x: Tensor): Tensor } | ((x: Tensor) => Tensor);

/**
 * Applies a layer, whichever kind it is.
 *
 * @throws DataError when the layer gave something else than a tensor.
 *
 * @example
 * ```ts
 * import { applyLayer } from "@nn/layers";
 * import { relu, tensor } from "@nn/tensor";
 *
 * await applyLayer(relu, tensor([-1, 2])).array(); // => [0, 2]
 * ```
 */
export function applyLayer(layer: Layer, x: Tensor): Tensor {
  const y: unknown = typeof layer === "function" ? layer(x) : layer.forward(x);
  if (isTensor(y)) return y;
  throw new DataError({
    where: nameOf(layer),
    problem: "the layer gave no tensor",
    rows: [
      ["expected", "a tensor"],
      ["got", y === null ? "null" : typeof y],
    ],
    fix: "return a tensor; of a layer that gives several results (output, state) pick one: (x) => lstm.forward(x).output",
  });
}

/** Throws unless the value can be applied to a tensor. */
export function checkLayer(where: string, layer: unknown, name: string): asserts layer is Layer {
  if (typeof layer === "function") return;
  if (typeof layer === "object" && layer !== null && "forward" in layer && typeof layer.forward === "function") return;
  throw new DataError({
    where,
    problem: "this is no layer",
    rows: [
      ["layer", name],
      ["expected", "an object with forward(x), or a function of a tensor"],
      ["got", layer === null ? "null" : typeof layer],
    ],
    fix: "pass layers one by one: new Sequential(a, b); spread an array: new Sequential(...layers)",
  });
}

function nameOf(layer: Layer): string {
  return typeof layer === "function" ? layer.name || "layer" : layer.constructor.name;
}
