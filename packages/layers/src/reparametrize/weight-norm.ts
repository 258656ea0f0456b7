import { noGrad, normalizeAxis, Parameter } from "@nn/tensor";
import { computeField, parameterIn, setField, tensorIn } from "./field.js";
import { lengths, weightNormOp } from "./weight-norm-op.js";

/**
 * Splits a weight of a layer into directions and lengths that are trained apart (torch.nn.utils.weight_norm; Salimans and
 * Kingma, 2016). The parameter `weight` becomes two, `weight_g` and `weight_v`, and is computed of them whenever the layer
 * reads it. Changes the layer and gives it back; call it before the optimizer is made.
 *
 * @param name the field of the weight
 * @param axis the one whose slices have a length each (1 for transposed convolutions); null for one length in all
 * @throws DataError when the field holds no parameter, ShapeError when the axis does not exist.
 *
 * @example
 * ```ts
 * import { Linear, weightNorm } from "@nn/layers";
 * import { stateDict, zeros } from "@nn/tensor";
 *
 * const layer = weightNorm(new Linear(4, 2));
 * layer.forward(zeros([1, 4])).shape; // => [1, 2]
 * Object.keys(stateDict(layer)); // => ["bias", "weight_g", "weight_v"]
 * ```
 */
export function weightNorm<L extends object>(layer: L, name = "weight", axis: number | null = 0): L {
  const v = parameterIn("weightNorm", layer, name);
  const kept = axis === null ? -1 : normalizeAxis("weightNorm", v, axis);
  const axes = Array.from({ length: v.rank }, (_, i) => i).filter((i) => i !== kept);
  const g = new Parameter(noGrad(() => lengths(v, axes)));
  g.requiresGrad = v.requiresGrad;
  Reflect.deleteProperty(layer, name);
  setField(layer, `${name}_g`, g);
  setField(layer, `${name}_v`, v);
  const part = (suffix: string) => tensorIn(layer, name + suffix);
  computeField(layer, name, () => weightNormOp.call([part("_v"), part("_g")], { axes }, { owner: layer }));
  return layer;
}

/**
 * Makes one parameter of the two again, with the values that it has now (torch.nn.utils.remove_weight_norm). Gives the
 * layer back.
 *
 * @throws DataError when the weight is not normalized.
 *
 * @example
 * ```ts
 * import { Linear, removeWeightNorm, weightNorm } from "@nn/layers";
 * import { stateDict } from "@nn/tensor";
 *
 * Object.keys(stateDict(removeWeightNorm(weightNorm(new Linear(4, 2))))); // => ["bias", "weight"]
 * ```
 */
export function removeWeightNorm<L extends object>(layer: L, name = "weight"): L {
  const parts = [
    parameterIn("removeWeightNorm", layer, `${name}_g`),
    parameterIn("removeWeightNorm", layer, `${name}_v`),
  ];
  const weight = new Parameter(noGrad(() => tensorIn(layer, name)));
  weight.requiresGrad = parts.some((part) => part.requiresGrad);
  for (const suffix of ["_g", "_v"]) Reflect.deleteProperty(layer, name + suffix);
  for (const part of parts) part.dispose();
  setField(layer, name, weight);
  return layer;
}
