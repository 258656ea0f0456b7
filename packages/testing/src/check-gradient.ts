import type { Shape } from "@nn/backend";
import { philoxBits, uniformFromBits } from "@nn/backend";
import { type Backend, getBackend, scope, type Tensor, tensor, valueAndGrad, zerosLike } from "@nn/tensor";
import { CheckError } from "./check-error.js";
import type { Tolerance } from "./compare.js";

/** An input of a gradient check: values, with a shape unless they are a vector. */
export interface GradientInput {
  readonly values: ArrayLike<number>;
  /** Default: a vector. */
  readonly shape?: Shape;
}

/** Where `checkGradient` computes, how far it moves, and what it allows. */
export interface GradientOptions extends Tolerance {
  /** A backend with f64 and `readSync`. Default: the current one. */
  readonly backend?: Backend;
  /** Half the distance of the two points. Default 1e-5. */
  readonly step?: number;
  /** Elements that are moved one by one, for each input; larger inputs are sampled. Default 32. */
  readonly maxElements?: number;
  /** What the message names. Default "checkGradient". */
  readonly subject?: string;
  /** How the message names each input. Default "input 0", …. */
  readonly names?: readonly string[];
}

/**
 * Compares the gradients of a function with central differences, in f64. Every element of small inputs is moved; of
 * large ones a sample, and all elements together in random directions. Inputs must keep away from kinks.
 *
 * @param fn from the inputs (f64 tensors) to one number; called again and again, so it must be deterministic
 * @throws CheckError that names the input and the element.
 *
 * @example
 * ```ts
 * import { checkGradient } from "@nn/testing";
 *
 * checkGradient(([x, y]) => x.mul(y).exp().sum(), [{ values: [0.5, -1] }, { values: [2, 0.25] }]);
 * ```
 */
export function checkGradient(
  fn: (inputs: readonly Tensor[]) => Tensor,
  inputs: readonly GradientInput[],
  options: GradientOptions = {},
): void {
  const { backend = getBackend(), subject = "checkGradient", maxElements = 32, names = [] } = options;
  const { rtol = 1e-5, atol = 1e-6, step = 1e-5 } = options;
  const points = inputs.map(({ values }) => Float64Array.from(values));
  const make = (point: ArrayLike<number>, i: number) =>
    tensor(Float64Array.from(point), { shape: inputs[i].shape ?? [point.length], dtype: "f64", backend });
  const valueAt = (moved: readonly ArrayLike<number>[]) => scope(() => fn(moved.map(make)).dataSync()[0]);
  const { gradients, value } = scope(() => {
    const tensors = points.map(make);
    const { grads, loss } = valueAndGrad(tensors, () => fn(tensors));
    const list = tensors.map((x) => (grads.has(x) ? grads.get(x) : zerosLike(x)).dataSync());
    return { gradients: list, value: loss.dataSync()[0] };
  });
  // Rounding of the function's value shows in the difference.
  const floor = Math.max(atol, (64 * Number.EPSILON * Math.abs(value)) / step);

  points.forEach((point, i) => {
    const shape = inputs[i].shape ?? [point.length];
    const along = (direction: (element: number) => number) => {
      const at = (sign: number) =>
        points.map((other, j) => (i === j ? other.map((x, e) => x + sign * direction(e)) : other));
      return (valueAt(at(1)) - valueAt(at(-1))) / 2;
    };
    const compare = (place: string, analytic: number, numeric: number) => {
      const error = Math.abs(analytic - numeric);
      if (error <= Math.max(floor, rtol * Math.abs(numeric)) || (Number.isNaN(analytic) && Number.isNaN(numeric)))
        return;
      throw new CheckError(subject, "the gradient differs from central differences", [
        ["input", `${names[i] ?? `input ${i}`}, [${shape.join(", ")}]`],
        ["at", place],
        ["expected", `${numeric}   central difference`],
        ["got", String(analytic)],
      ]);
    };
    for (const e of sample(point.length, maxElements)) {
      compare(`element ${e} of ${point.length}`, gradients[i][e], along((other) => (other === e ? step : 0)) / step);
    }
    if (point.length <= maxElements) return;
    for (let d = 0; d < 2; d++) {
      const direction = uniformFromBits(philoxBits([d, i], 0, point.length), new Float64Array(point.length)).map(
        (u) => (2 * u - 1) / Math.sqrt(point.length),
      );
      const analytic = direction.reduce((sum, u, e) => sum + u * gradients[i][e], 0);
      compare(`all elements, random direction ${d}`, analytic, along((e) => step * direction[e]) / step);
    }
  });
}

function sample(length: number, most: number): number[] {
  const count = Math.min(length, most);
  return Array.from({ length: count }, (_, i) => Math.floor((i * length) / count));
}
