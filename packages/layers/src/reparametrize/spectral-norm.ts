import {
  Buffer,
  clone,
  describe,
  type Generator,
  noGrad,
  normalizeAxis,
  Parameter,
  ShapeError,
  type Tensor,
} from "@nn/tensor";
import { checkCount } from "../checks.js";
import { normal } from "../initializers/normal.js";
import { normalize } from "../normalize.js";
import { bufferIn, computeField, parameterIn, setField, tensorIn } from "./field.js";

/** Options of `spectralNorm`. */
export interface SpectralNormOptions {
  /** Steps of the power iteration at each call in training. Default 1. */
  readonly numPowerIterations?: number;
  /** The smallest length that is divided by. Default 1e-12. */
  readonly eps?: number;
  /** The axis of the outputs: 1 for transposed convolutions. Default 0. */
  readonly axis?: number;
  /** Draws the vectors that the iteration starts with. Default: `defaultGenerator()`. */
  readonly generator?: Generator;
}

/**
 * Divides a weight of a layer by its largest singular value, so that the layer stretches nothing
 * (torch.nn.utils.spectral_norm; Miyato et al., 2018). The value is followed by a power iteration, a step at each call in
 * training mode. The parameter `weight` becomes `weight_orig` with the buffers `weight_u` and `weight_v`, and is computed
 * of them whenever the layer reads it. Changes the layer and gives it back; call it before the optimizer is made. A
 * `checkpoint` around the layer iterates twice.
 *
 * @param name the field of the weight
 * @throws DataError when the field holds no parameter, ShapeError when it is a vector.
 *
 * @example
 * ```ts
 * import { Linear, spectralNorm } from "@nn/layers";
 * import { stateDict, zeros } from "@nn/tensor";
 *
 * const layer = spectralNorm(new Linear(4, 2));
 * layer.forward(zeros([1, 4])).shape; // => [1, 2]
 * Object.keys(stateDict(layer)); // => ["bias", "weight_orig", "weight_u", "weight_v"]
 * ```
 */
export function spectralNorm<L extends { training: boolean; forward(...inputs: never[]): unknown }>(
  layer: L,
  name = "weight",
  options: SpectralNormOptions = {},
): L {
  const { numPowerIterations = 1, eps = 1e-12, axis = 0, generator } = options;
  checkCount("spectralNorm", "numPowerIterations", numPowerIterations);
  const original = parameterIn("spectralNorm", layer, name);
  if (original.rank < 2) throw rankError(original);
  const first = normalizeAxis("spectralNorm", original, axis);
  const columns = original.size / original.shape[first];
  const unit = (x: Tensor) => normalize(x, { axis: 0, eps });
  const start = (size: number) => {
    const { dtype, backend } = original;
    return new Buffer(noGrad(() => unit(normal([size], { dtype, backend, generator }))));
  };
  Reflect.deleteProperty(layer, name);
  setField(layer, `${name}_orig`, original);
  setField(layer, `${name}_u`, start(original.shape[first]));
  setField(layer, `${name}_v`, start(columns));
  const part = (suffix: string) => tensorIn(layer, name + suffix);
  const matrix = () => asMatrix(part("_orig"), first);

  const iterate = () => {
    const weight = matrix();
    const u = bufferIn("spectralNorm", layer, `${name}_u`);
    const v = bufferIn("spectralNorm", layer, `${name}_v`);
    for (let i = 0; i < numPowerIterations; i++) {
      v.assign(unit(weight.transpose().matmul(u)));
      u.assign(unit(weight.matmul(v)));
    }
  };
  computeField(layer, name, () => {
    // Copies: a second call in the same forward pass moves the vectors.
    const [u, v] = [clone(part("_u")), clone(part("_v"))];
    return part("_orig").div(u.mul(matrix().matmul(v)).sum());
  });
  const { forward } = layer;
  Object.defineProperty(layer, "forward", {
    value: (...inputs: never[]) => {
      if (layer.training) noGrad(iterate);
      return Reflect.apply(forward, layer, inputs);
    },
    enumerable: false,
    configurable: true,
    writable: true,
  });
  return layer;
}

/**
 * Makes one parameter of the weight again, with the value that it has now (torch.nn.utils.remove_spectral_norm). Gives the
 * layer back.
 *
 * @throws DataError when the weight is not normalized.
 *
 * @example
 * ```ts
 * import { Linear, removeSpectralNorm, spectralNorm } from "@nn/layers";
 * import { stateDict } from "@nn/tensor";
 *
 * Object.keys(stateDict(removeSpectralNorm(spectralNorm(new Linear(4, 2))))); // => ["bias", "weight"]
 * ```
 */
export function removeSpectralNorm<L extends object>(layer: L, name = "weight"): L {
  const original = parameterIn("removeSpectralNorm", layer, `${name}_orig`);
  const weight = new Parameter(noGrad(() => tensorIn(layer, name)));
  weight.requiresGrad = original.requiresGrad;
  for (const suffix of ["_orig", "_u", "_v"]) {
    const part = tensorIn(layer, name + suffix);
    Reflect.deleteProperty(layer, name + suffix);
    part.dispose();
  }
  Reflect.deleteProperty(layer, "forward");
  setField(layer, name, weight);
  return layer;
}

/** The weight as `(outputs, everything else)`. */
function asMatrix(weight: Tensor, first: number): Tensor {
  const rows = weight.shape[first];
  const others = Array.from({ length: weight.rank }, (_, i) => i).filter((i) => i !== first);
  return weight.permute([first, ...others]).reshape([rows, weight.size / rows]);
}

function rankError(weight: Tensor): ShapeError {
  return new ShapeError({
    where: "spectralNorm",
    problem: "a vector has no singular values",
    rows: [["weight", describe(weight)]],
    fix: 'name a weight of two dimensions or more: spectralNorm(layer, "weight")',
  });
}
