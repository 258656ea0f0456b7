import type { Backend, BufferHandle, DType, Operand, Shape, TypedArray } from "@nn/backend";
import { DisposedError, denseStrides, describe, isDense, ShapeError, sizeOf, UnsupportedError } from "@nn/backend";
import type { Node } from "../autograd/recorder.js";
import { abs } from "../ops/abs.js";
import { add } from "../ops/add.js";
import { all } from "../ops/all.js";
import { any } from "../ops/any.js";
import { argmax } from "../ops/argmax.js";
import { argmin } from "../ops/argmin.js";
import { cast } from "../ops/cast.js";
import { equal, greater, greaterEqual, less, lessEqual, notEqual } from "../ops/compare.js";
import { contiguous } from "../ops/contiguous.js";
import { div } from "../ops/div.js";
import { exp } from "../ops/exp.js";
import { expand } from "../ops/expand.js";
import { flatten } from "../ops/flatten.js";
import { at, type IndexItem, index } from "../ops/index-by.js";
import { log } from "../ops/log.js";
import { matmul } from "../ops/matmul.js";
import { max } from "../ops/max.js";
import { mean } from "../ops/mean.js";
import { min } from "../ops/min.js";
import { mod } from "../ops/mod.js";
import { mul } from "../ops/mul.js";
import { neg } from "../ops/neg.js";
import { permute } from "../ops/permute.js";
import { pow } from "../ops/pow.js";
import { prod } from "../ops/prod.js";
import { reciprocal } from "../ops/reciprocal.js";
import type { ReduceOptions } from "../ops/reduce.js";
import { reshape } from "../ops/reshape.js";
import { slice } from "../ops/slice.js";
import { sqrt } from "../ops/sqrt.js";
import { square } from "../ops/square.js";
import { squeeze } from "../ops/squeeze.js";
import { sub } from "../ops/sub.js";
import { sum } from "../ops/sum.js";
import { transpose } from "../ops/transpose.js";
import { unsqueeze } from "../ops/unsqueeze.js";
import { type VarianceOptions, variance } from "../ops/variance.js";
import { consoleForm, format, formatDeferred } from "../print/format.js";
import { registerEscaped, unregisterEscaped, yieldUnderPressure } from "./escape.js";
import type { Ranked, ShapeArgument } from "./ranked.js";
import { runtime } from "./runtime.js";
import type { Storage } from "./storage.js";

export const tensorMarker: unique symbol = Symbol.for("nn.tensor");
const inspect: unique symbol = Symbol.for("nodejs.util.inspect.custom");

/** A tensor, or a number that takes the other operand's dtype. */
export type TensorLike = Tensor | number;

/**
 * An n-dimensional array on a backend. Immutable to its users; views share memory. Methods cover arithmetic, shape,
 * indexing and reductions; everything else is a function.
 *
 * The type parameter is the shape, as a tuple where an op has a fixed rank (`Tensor<[n: number, c: number]>`).
 *
 * @example
 * ```ts
 * import { tensor } from "@nn/tensor";
 *
 * const x = tensor([[1, 2], [3, 4]]);
 * x.shape; // => [2, 2]
 * await x.matmul(x).sum().item(); // => 54
 * ```
 */
// biome-ignore lint/suspicious/noExplicitAny: without this default a plain Tensor would fit no labelled shape.
export class Tensor<S extends Shape = any> implements Operand {
  readonly dtype: DType;
  readonly shape: S;
  readonly strides: readonly number[];
  readonly offset: number;
  /** @internal Null once disposed. */
  _storage: Storage | null;
  /** @internal The op that made it, for messages. */
  _op: string;
  /** @internal Where its gradient flows, while recording. */
  _node: Node | null = null;
  /** @internal Which output of the node it is. */
  _index = 0;
  /** @internal Bumped when a parameter or buffer is assigned. */
  _version = 0;
  /** @internal Taken out of its scope by `keep`. */
  _kept = false;
  /** @internal Number of gradient slots that hold it during a backward pass. */
  _holds = 0;
  /** @internal Present while the collector watches it. */
  _ballast: ArrayBuffer | true | undefined = undefined;

  /** @internal Made by ops and creation functions; takes over one reference of the storage. */
  constructor(storage: Storage, dtype: DType, shape: S, strides: readonly number[], offset: number, op: string) {
    this._storage = storage;
    this.dtype = dtype;
    this.shape = shape;
    this.strides = strides;
    this.offset = offset;
    this._op = op;
    if (runtime.scope !== null) runtime.scope.push(this);
    else this._escape();
  }

  /** @internal */
  get [tensorMarker](): true {
    return true;
  }

  /** The buffer, as kernels see it. */
  get buffer(): BufferHandle {
    return this._live().handle;
  }
  /** The backend that it lives on. */
  get backend(): Backend {
    return this._live().backend;
  }
  /** Number of dimensions. */
  get rank(): number {
    return this.shape.length;
  }
  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }
  /** True once its memory was given back. */
  get disposed(): boolean {
    return this._storage === null;
  }
  /** True once `keep` was called on it: scopes and loaders leave it alone. */
  get kept(): boolean {
    return this._kept;
  }
  /** True while ops on it are recorded for a gradient. */
  get tracked(): boolean {
    return this._node !== null;
  }

  /** @internal */
  _live(): Storage {
    if (this._storage === null) throw disposedError(this);
    return this._storage;
  }
  /** @internal Leaves every scope. Parameters and buffers are owned, and override this. */
  _escape(): void {
    if (this._storage !== null && this._ballast === undefined) registerEscaped(this, this._storage);
  }

  /** Gives the memory back at once. Further use throws a DisposedError; views of it stay valid. */
  dispose(): void {
    const storage = this._storage;
    if (storage === null) return;
    this._storage = null;
    unregisterEscaped(this);
    storage.release();
  }
  /** Lets `using x = …` dispose it. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The elements, row-major, as a copy on the host. */
  async data(): Promise<TypedArray> {
    const dense = isDense(this) ? this : contiguous(this);
    const start = dense.offset;
    const storage = dense._live().retain();
    try {
      if (this.size === 0) return emptyData(this);
      const data = await storage.backend.read(storage.handle, { start, end: start + this.size });
      if (runtime.settleChecks !== null) await runtime.settleChecks();
      return data;
    } finally {
      storage.release();
      if (dense !== this) dense.dispose();
      await yieldUnderPressure();
    }
  }
  /**
   * `data()` without waiting.
   *
   * @throws UnsupportedError where the backend cannot, such as WebGPU.
   */
  dataSync(): TypedArray {
    const backend = this.backend;
    if (backend.readSync === undefined) {
      throw new UnsupportedError({
        where: "dataSync",
        problem: `backend "${backend.name}" cannot read without waiting`,
        fix: "await tensor.data()",
      });
    }
    if (this.size === 0) return emptyData(this);
    const dense = isDense(this) ? this : contiguous(this);
    const data = backend.readSync(dense.buffer, { start: dense.offset, end: dense.offset + this.size });
    if (dense !== this) dense.dispose();
    return data;
  }
  /** The value of a tensor with one element; booleans as 0 and 1. */
  async item(): Promise<number> {
    if (this.size !== 1) {
      throw new ShapeError({
        where: "item",
        problem: "the tensor has more or less than one element",
        rows: [
          ["tensor", describe(this)],
          ["expected", "1 element", `got ${this.size}`],
        ],
        fix: "reduce it first (sum, mean), pick an element with at(…), or read all with data()",
      });
    }
    return (await this.data())[0]!;
  }
  /** The elements as nested arrays; booleans as true and false. */
  async array(): Promise<NestedArray> {
    return nest(await this.data(), this.shape, this.dtype);
  }

  /** `this + other`, with broadcasting. */
  add(other: TensorLike): Tensor {
    return add(this, other);
  }
  /** `this - other`, with broadcasting. */
  sub(other: TensorLike): Tensor {
    return sub(this, other);
  }
  /** `this * other`, with broadcasting. */
  mul(other: TensorLike): Tensor {
    return mul(this, other);
  }
  /** `this / other`, with broadcasting; i32 truncates toward zero. */
  div(other: TensorLike): Tensor {
    return div(this, other);
  }
  /** The remainder with the sign of the divisor (torch.remainder). */
  mod(other: TensorLike): Tensor {
    return mod(this, other);
  }
  /** `this ** other`, with broadcasting. */
  pow(other: TensorLike): Tensor {
    return pow(this, other);
  }
  /** `-this`. */
  neg(): Tensor<S> {
    return neg(this);
  }
  /** Absolute value. */
  abs(): Tensor<S> {
    return abs(this);
  }
  /** e to the power of each element. */
  exp(): Tensor<S> {
    return exp(this);
  }
  /** Natural logarithm. */
  log(): Tensor<S> {
    return log(this);
  }
  /** Square root. */
  sqrt(): Tensor<S> {
    return sqrt(this);
  }
  /** `this * this`. */
  square(): Tensor<S> {
    return square(this);
  }
  /** `1 / this`. */
  reciprocal(): Tensor<S> {
    return reciprocal(this);
  }
  /** `this == other`, as bool. */
  equal(other: TensorLike): Tensor {
    return equal(this, other);
  }
  /** `this != other`, as bool. */
  notEqual(other: TensorLike): Tensor {
    return notEqual(this, other);
  }
  /** `this < other`, as bool. */
  less(other: TensorLike): Tensor {
    return less(this, other);
  }
  /** `this <= other`, as bool. */
  lessEqual(other: TensorLike): Tensor {
    return lessEqual(this, other);
  }
  /** `this > other`, as bool. */
  greater(other: TensorLike): Tensor {
    return greater(this, other);
  }
  /** `this >= other`, as bool. */
  greaterEqual(other: TensorLike): Tensor {
    return greaterEqual(this, other);
  }
  /** Matrix product; see `matmul`. */
  matmul(other: Tensor): Tensor {
    return matmul(this, other);
  }

  /** The same elements in another shape; one dimension may be -1. A view where the strides allow it. */
  reshape<T extends ShapeArgument>(shape: T): Tensor<Ranked<T>> {
    return reshape(this, shape);
  }
  /** Dimensions in another order, as a view. */
  permute(axes: readonly number[]): Tensor {
    return permute(this, axes);
  }
  /** Two dimensions swapped (the last two by default), as a view. */
  transpose(axis0 = -2, axis1 = -1): Tensor {
    return transpose(this, axis0, axis1);
  }
  /** The dimensions from `startAxis` to `endAxis` as one. */
  flatten(startAxis = 0, endAxis = -1): Tensor {
    return flatten(this, startAxis, endAxis);
  }
  /** A new dimension of size 1. */
  unsqueeze(axis: number): Tensor {
    return unsqueeze(this, axis);
  }
  /** Without the given dimension of size 1, or without all of them. */
  squeeze(axis?: number): Tensor {
    return squeeze(this, axis);
  }
  /** Broadcast to a larger shape, as a view. */
  expand<T extends ShapeArgument>(shape: T): Tensor<Ranked<T>> {
    return expand(this, shape);
  }
  /** Elements `start` to `end` (exclusive) along an axis, every `step`-th, as a view. */
  slice(axis: number, start: number, end?: number, step = 1): Tensor {
    return slice(this, axis, start, end, step);
  }
  /** The sub-tensor at the given leading coordinates, as a view: `x.at(0)`, `x.at(2, -1)`. */
  at(...coordinates: readonly number[]): Tensor {
    return at(this, coordinates);
  }
  /** Numbers pick, `null` keeps, `[start, end, step]` slices, an i32 tensor gathers: one item per leading axis. */
  index(...items: readonly IndexItem[]): Tensor {
    return index(this, items);
  }
  /** Dense and row-major: the tensor itself where it is, else a copy. */
  contiguous(): Tensor<S> {
    return contiguous(this);
  }
  /** Another dtype. */
  cast(dtype: DType): Tensor<S> {
    return cast(this, dtype);
  }

  /** Sum over all elements or over `axes`. */
  sum(axes?: number | readonly number[], options?: ReduceOptions): Tensor {
    return sum(this, axes, options);
  }
  /** Mean over all elements or over `axes`. */
  mean(axes?: number | readonly number[], options?: ReduceOptions): Tensor {
    return mean(this, axes, options);
  }
  /** Variance over all elements or over `axes`; unbiased by default, as in PyTorch. */
  variance(axes?: number | readonly number[], options?: VarianceOptions): Tensor {
    return variance(this, axes, options);
  }
  /** Product over all elements or over `axes`. */
  prod(axes?: number | readonly number[], options?: ReduceOptions): Tensor {
    return prod(this, axes, options);
  }
  /** Largest element, of all or over `axes` (torch.amax). */
  max(axes?: number | readonly number[], options?: ReduceOptions): Tensor {
    return max(this, axes, options);
  }
  /** Smallest element, of all or over `axes` (torch.amin). */
  min(axes?: number | readonly number[], options?: ReduceOptions): Tensor {
    return min(this, axes, options);
  }
  /** Index of the largest element along an axis, or in the flattened tensor. */
  argmax(axis?: number, options?: ReduceOptions): Tensor {
    return argmax(this, axis, options);
  }
  /** Index of the smallest element along an axis, or in the flattened tensor. */
  argmin(axis?: number, options?: ReduceOptions): Tensor {
    return argmin(this, axis, options);
  }
  /** Whether any element is true (not 0). */
  any(axes?: number | readonly number[], options?: ReduceOptions): Tensor {
    return any(this, axes, options);
  }
  /** Whether all elements are true (not 0). */
  all(axes?: number | readonly number[], options?: ReduceOptions): Tensor {
    return all(this, axes, options);
  }

  /** Shape, dtype and values where the backend can read without waiting; else without the values. */
  toString(): string {
    return formatDeferred(this);
  }
  /** As `toString`, after reading the values. */
  async print(): Promise<string> {
    return format(await this.data(), this.shape, this.dtype);
  }
  /** What Node's console shows. */
  [inspect](): string {
    return this.toString();
  }
  /** What browser consoles and debuggers list first. */
  get [Symbol.toStringTag](): string {
    return consoleForm(this);
  }
}

/** Nested arrays of numbers or booleans. */
export type NestedArray = number | boolean | NestedArray[];

/**
 * True for tensors, parameters and buffers, also those of a second copy of this package.
 *
 * @example
 * ```ts
 * import { isTensor, zeros } from "@nn/tensor";
 *
 * isTensor(zeros([2])); // => true
 * ```
 */
export function isTensor(value: unknown): value is Tensor {
  return typeof value === "object" && value !== null && tensorMarker in value;
}

/** A dense tensor over a fresh storage. */
export function denseTensor<S extends Shape>(storage: Storage, dtype: DType, shape: S, op: string): Tensor<S> {
  return new Tensor(storage, dtype, shape, denseStrides(shape), 0, op);
}

/** A second handle of the same elements. */
export function alias<S extends Shape>(source: Tensor<S>, storage: Storage = source._live()): Tensor<S> {
  return new Tensor(storage.retain(), source.dtype, source.shape, source.strides, source.offset, source._op);
}

function disposedError(tensor: Tensor): DisposedError {
  return new DisposedError({
    where: tensor._op,
    problem: "the tensor was used after its memory was given back",
    rows: [["tensor", describe(tensor), `made by ${tensor._op}`]],
    fix: "return it from the scope (or from the function given to valueAndGrad), or take it out with keep(tensor)",
  });
}

function emptyData(tensor: Tensor): TypedArray {
  switch (tensor.dtype) {
    case "f32":
      return new Float32Array(0);
    case "f64":
      return new Float64Array(0);
    case "i32":
      return new Int32Array(0);
    case "bool":
      return new Uint8Array(0);
  }
}

function nest(data: TypedArray, shape: Shape, dtype: DType): NestedArray {
  let at = 0;
  const level = (axis: number): NestedArray => {
    if (axis === shape.length) return dtype === "bool" ? data[at++] !== 0 : data[at++]!;
    return Array.from({ length: shape[axis]! }, () => level(axis + 1));
  };
  return level(0);
}
