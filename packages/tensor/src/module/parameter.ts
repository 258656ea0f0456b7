import type { Shape } from "@nn/backend";
import { describe, isDense, ShapeError, sameShape } from "@nn/backend";
import { runtime } from "../core/runtime.js";
import { Tensor } from "../core/tensor.js";
import { clone } from "../ops/contiguous.js";

export const parameterMarker: unique symbol = Symbol.for("nn.parameter");
export const bufferMarker: unique symbol = Symbol.for("nn.buffer");

/**
 * A tensor that a module or an optimizer owns: no scope releases it, and `assign` gives it new values.
 *
 * @example
 * ```ts
 * import { Buffer, ones, zeros } from "@nn/tensor";
 *
 * const count = new Buffer(zeros([1]));
 * await count.assign(ones([1])).array(); // => [1]
 * ```
 */
// biome-ignore lint/suspicious/noExplicitAny: the default of Tensor, see there.
export abstract class OwnedTensor<S extends Shape = any> extends Tensor<S> {
  /** Takes over the initial values: the tensor given is disposed. */
  constructor(initial: Tensor<S>, kind: string) {
    const dense =
      isDense(initial) && initial.offset === 0 && initial._live().length === initial.size ? initial : clone(initial);
    const storage = dense._live().retain();
    // Owned tensors belong to no scope.
    const { scope } = runtime;
    runtime.scope = [];
    super(storage, dense.dtype, dense.shape, dense.strides, 0, kind);
    runtime.scope = scope;
    this._version = 1;
    if (dense !== initial) dense.dispose();
    initial.dispose();
  }

  override _escape(): void {}

  /**
   * Takes new values: the storage is rebound, nothing is written in place, and the version grows. A backward pass that
   * still needs the old values throws.
   *
   * @throws ShapeError when shape or dtype differ.
   */
  assign(value: Tensor): this {
    if (!sameShape(value.shape, this.shape) || value.dtype !== this.dtype) {
      throw new ShapeError({
        where: "assign",
        problem: "the new value does not fit",
        rows: [
          ["expected", describe(this)],
          ["got", describe(value)],
        ],
        fix: "reshape or cast the value",
      });
    }
    const whole = isDense(value) && value.offset === 0 && value._live().length === value.size;
    const dense = whole ? value : clone(value);
    const storage = dense._live().retain();
    if (dense !== value) dense.dispose();
    this._storage?.release();
    this._storage = storage;
    this._version++;
    return this;
  }

  /**
   * Gives the current values away as an ordinary tensor and is left empty until the next `assign`: lets an optimizer
   * step overwrite them in place. Always followed by `assign` in the same synchronous stretch.
   */
  release(): Tensor<S> {
    const storage = this._live();
    this._storage = null;
    return new Tensor(storage, this.dtype, this.shape, this.strides, 0, this._op);
  }
}

/**
 * A trainable tensor of a module. `parameters(module)` finds it, `valueAndGrad(module, …)` differentiates by it, and
 * `assign` gives it new values.
 *
 * @example
 * ```ts
 * import { Parameter, tensor } from "@nn/tensor";
 *
 * const weight = new Parameter(tensor([1, 2]));
 * await weight.assign(tensor([3, 4])).array(); // => [3, 4]
 * ```
 */
// biome-ignore lint/suspicious/noExplicitAny: the default of Tensor, see there.
export class Parameter<S extends Shape = any> extends OwnedTensor<S> {
  /** False for frozen parameters: `valueAndGrad` and optimizers leave them alone. */
  requiresGrad = true;
  /** Takes over the initial values: the tensor given is disposed. */
  constructor(initial: Tensor<S>) {
    super(initial, "Parameter");
  }
  /** @internal */
  get [parameterMarker](): true {
    return true;
  }
}

/**
 * A tensor of a module that is saved with it but not trained, such as running statistics. Changes only by `assign`.
 *
 * @example
 * ```ts
 * import { Buffer, zeros } from "@nn/tensor";
 *
 * const mean = new Buffer(zeros([3]));
 * mean.shape; // => [3]
 * ```
 */
// biome-ignore lint/suspicious/noExplicitAny: the default of Tensor, see there.
export class Buffer<S extends Shape = any> extends OwnedTensor<S> {
  /** Takes over the initial values: the tensor given is disposed. */
  constructor(initial: Tensor<S>) {
    super(initial, "Buffer");
  }
  /** @internal */
  get [bufferMarker](): true {
    return true;
  }
}

/**
 * True for parameters, also those of a second copy of this package.
 *
 * @example
 * ```ts
 * import { isParameter, Parameter, zeros } from "@nn/tensor";
 *
 * isParameter(new Parameter(zeros([2]))); // => true
 * ```
 */
export function isParameter(value: unknown): value is Parameter {
  return typeof value === "object" && value !== null && parameterMarker in value;
}

/**
 * True for buffers, also those of a second copy of this package.
 *
 * @example
 * ```ts
 * import { Buffer, isBuffer, zeros } from "@nn/tensor";
 *
 * isBuffer(new Buffer(zeros([2]))); // => true
 * ```
 */
export function isBuffer(value: unknown): value is Buffer {
  return typeof value === "object" && value !== null && bufferMarker in value;
}
