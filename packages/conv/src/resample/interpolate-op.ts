import {
  defineOp,
  indexSelect,
  matmul,
  type Op,
  reshape,
  type Shape,
  slice,
  type Tensor,
  tensor,
  transpose,
} from "@nn/tensor";
import { averaging } from "../pool/adaptive-windows.js";
import { avgPool1d } from "../pool/avg-pool1d.js";
import { avgPool2d } from "../pool/avg-pool2d.js";
import { avgPool3d } from "../pool/avg-pool3d.js";
import {
  type AxisSpec,
  cubicWeights,
  linearWeights,
  nearestPlaces,
  triangleWeights,
  wideCubicWeights,
} from "./interpolate-weights.js";
import { repeatOp } from "./repeat-op.js";

/** How values between the elements are found, in PyTorch's words. */
export type InterpolateMode = "nearest" | "nearest-exact" | "linear" | "bilinear" | "trilinear" | "bicubic" | "area";

export interface InterpolateAttrs {
  /** One number per axis. */
  readonly outputSize: readonly number[];
  /** Elements of the input per element of the result, one number per axis. */
  readonly scale: readonly number[];
  readonly mode: InterpolateMode;
  readonly alignCorners: boolean;
  /** Whether the weights reach over all elements that become one. */
  readonly antialias: boolean;
}

/**
 * `[x (n, c, …)]`. Nearest neighbors are copied, all other modes are one matrix product per axis, so that the gradients
 * are copies and products too.
 */
export const interpolateOp: Op<InterpolateAttrs> = defineOp<InterpolateAttrs>({
  name: "interpolate",
  infer: ([x], { outputSize }) => ({ dtype: x.dtype, shape: [x.shape[0], x.shape[1], ...outputSize] }),
  composed: ([x], attrs) => {
    if (attrs.mode === "nearest" || attrs.mode === "nearest-exact") return nearest(x, attrs);
    if (attrs.mode === "area") return area(x, attrs);
    return attrs.outputSize.reduce((y: Tensor, _, axis) => {
      const spec = specOf(x, attrs, axis);
      return spec.size === spec.outputSize && spec.scale === 1 ? y : multiply(y, 2 + axis, matrixOf(x, spec, attrs));
    }, x);
  },
});

function specOf(x: Tensor, { outputSize, scale, alignCorners }: InterpolateAttrs, axis: number): AxisSpec {
  const shape: Shape = x.shape;
  return { size: shape[2 + axis], outputSize: outputSize[axis], scale: scale[axis], alignCorners };
}

function matrixOf(x: Tensor, spec: AxisSpec, { mode, antialias }: InterpolateAttrs): Tensor {
  const cubic = antialias ? wideCubicWeights : cubicWeights;
  const linear = antialias ? triangleWeights : linearWeights;
  const weights = (mode === "bicubic" ? cubic : linear)(spec);
  return tensor(weights, { shape: [spec.outputSize, spec.size], dtype: x.dtype, backend: x.backend });
}

/** An axis times a matrix `(outputSize, size)`. */
function multiply(x: Tensor, axis: number, matrix: Tensor): Tensor {
  const shape: Shape = x.shape;
  const [outputSize, size]: Shape = matrix.shape;
  const product = (sizes: Shape) => sizes.reduce((total, d) => total * d, 1);
  const [before, after] = [product(shape.slice(0, axis)), product(shape.slice(axis + 1))];
  const y =
    after === 1
      ? matmul(reshape(x, [before, size]), transpose(matrix))
      : matmul(matrix, reshape(x, [before, size, after]));
  return reshape(y, shape.with(axis, outputSize));
}

function nearest(x: Tensor, attrs: InterpolateAttrs): Tensor {
  const places = attrs.outputSize.map((_, axis) => nearestPlaces(specOf(x, attrs, axis), attrs.mode !== "nearest"));
  const [, , ...sizes]: Shape = x.shape;
  const times = sizes.map((size, axis) => places[axis].length / size);
  const repeats = places.every((list, axis) => list.every((place, i) => place === Math.floor(i / times[axis])));
  if (repeats && times.every(Number.isInteger)) return repeatOp.call([x], { times });
  return places.reduce((y, list, axis) => pick(y, 2 + axis, list), x);
}

/** The elements at the given places of an axis; a view where they lie evenly. */
function pick(x: Tensor, axis: number, places: readonly number[]): Tensor {
  const [first, second = first + 1] = places;
  const step = second - first;
  const last = first + step * (places.length - 1);
  if (step > 0 && places.every((place, i) => place === first + i * step)) return slice(x, axis, first, last + 1, step);
  return indexSelect(x, axis, tensor(places, { dtype: "i32", backend: x.backend }));
}

/** Means of windows of about equal size. */
function area(x: Tensor, { outputSize }: InterpolateAttrs): Tensor {
  const [, , ...sizes]: Shape = x.shape;
  if (sizes.every((size, axis) => size % outputSize[axis] === 0)) {
    const [a, b, c] = sizes.map((size, axis) => size / outputSize[axis]);
    if (sizes.length === 1) return avgPool1d(x, { kernelSize: a });
    return sizes.length === 2 ? avgPool2d(x, { kernelSize: [a, b] }) : avgPool3d(x, { kernelSize: [a, b, c] });
  }
  return outputSize.reduce(
    (y: Tensor, windows, axis) =>
      sizes[axis] === windows ? y : multiply(y, 2 + axis, averaging(sizes[axis], windows, x)),
    x,
  );
}
