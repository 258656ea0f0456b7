import type { DType } from "./dtype.js";
import type { Shape } from "./layout.js";

/** One line of an error's table: a label, a value, and an optional remark. */
export type ErrorRow = readonly [label: string, value: string, note?: string];

/** What an error says. */
export interface NNErrorOptions {
  /** What failed: an op, a layer, a kernel or a function. */
  readonly where: string;
  /** What is wrong, in half a sentence. */
  readonly problem: string;
  /** What was expected and what came. */
  readonly rows?: readonly ErrorRow[];
  /** What to do about it. */
  readonly fix: string;
  readonly cause?: unknown;
}

const marker = Symbol.for("nn.error");

/**
 * Base of all errors of the project. `code` tells the kind; the message shows got and expected and ends with the fix.
 *
 * @example
 * ```ts
 * import { NNError, ShapeError } from "@nn/backend";
 *
 * const error = new ShapeError({ where: "add", problem: "the shapes differ", fix: "reshape one of them" });
 * (error satisfies NNError).message.split("\n")[0]; // => "[add] the shapes differ"
 * ```
 */
export abstract class NNError extends Error {
  abstract readonly code: string;
  readonly where: string;
  readonly problem: string;
  readonly rows: readonly ErrorRow[];
  readonly fix: string;
  readonly [marker] = true;
  /** Where in the model it happened (`model.features.2 (Conv2d)`), once a caller that knows the root has found it. */
  path: string | undefined;
  /** The layer that called the op. */
  owner: object | undefined;

  constructor(kind: string, options: NNErrorOptions) {
    super(undefined, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = kind;
    this.where = options.where;
    this.problem = options.problem;
    this.rows = options.rows ?? [];
    this.fix = options.fix;
    this.render();
  }

  /** Adds the path of the layer to the message. */
  locate(path: string): this {
    this.path = path;
    this.render();
    return this;
  }

  private render(): void {
    const rows: ErrorRow[] = [...this.rows];
    if (this.path !== undefined) rows.push(["in", this.path]);
    rows.push(["fix", this.fix]);
    const labels = Math.max(...rows.map((row) => row[0].length), 8);
    const values = Math.max(...rows.filter((row) => row[2]).map((row) => row[1].length), 0);
    const lines = rows.map(([label, value, note]) =>
      note ? `  ${label.padEnd(labels)}  ${value.padEnd(values)}   ${note}` : `  ${label.padEnd(labels)}  ${value}`,
    );
    this.message = [`[${this.where}] ${this.problem}`, ...lines].join("\n");
  }
}

/**
 * Shapes, axes or sizes that do not fit.
 *
 * @example
 * ```ts
 * import { ShapeError } from "@nn/backend";
 *
 * new ShapeError({ where: "add", problem: "the shapes do not broadcast", fix: "reshape one of them" }).where; // => "add"
 * ```
 */
export class ShapeError extends NNError {
  readonly code = "NN_SHAPE";
  constructor(options: NNErrorOptions) {
    super("ShapeError", options);
  }
}

/**
 * A dtype that the op does not take, or two that do not match.
 *
 * @example
 * ```ts
 * import { DTypeError } from "@nn/backend";
 *
 * new DTypeError({ where: "add", problem: "the dtypes of the operands differ", fix: "cast one of them" }).where; // => "add"
 * ```
 */
export class DTypeError extends NNError {
  readonly code = "NN_DTYPE";
  constructor(options: NNErrorOptions) {
    super("DTypeError", options);
  }
}

/**
 * The device, the memory or a kernel failed, or operands live on different backends.
 *
 * @example
 * ```ts
 * import { BackendError } from "@nn/backend";
 *
 * new BackendError({ where: "matmul", problem: "the device is gone", fix: "make the backend anew" }).where; // => "matmul"
 * ```
 */
export class BackendError extends NNError {
  readonly code = "NN_BACKEND";
  constructor(options: NNErrorOptions) {
    super("BackendError", options);
  }
}

/**
 * Something that this backend cannot represent or do.
 *
 * @example
 * ```ts
 * import { UnsupportedError } from "@nn/backend";
 *
 * new UnsupportedError({ where: "tensor", problem: "the backend has no f64", fix: "use f32" }).where; // => "tensor"
 * ```
 */
export class UnsupportedError extends NNError {
  readonly code = "NN_UNSUPPORTED";
  constructor(options: NNErrorOptions) {
    super("UnsupportedError", options);
  }
}

/**
 * A tensor was used after its memory was given back.
 *
 * @example
 * ```ts
 * import { DisposedError } from "@nn/backend";
 *
 * new DisposedError({ where: "exp", problem: "the tensor was used after its memory was given back", fix: "keep(tensor)" }).where; // => "exp"
 * ```
 */
export class DisposedError extends NNError {
  readonly code = "NN_DISPOSED";
  constructor(options: NNErrorOptions) {
    super("DisposedError", options);
  }
}

/**
 * A file, a data set, a checkpoint or an argument that is not what it should be.
 *
 * @example
 * ```ts
 * import { DataError } from "@nn/backend";
 *
 * new DataError({ where: "readIdx", problem: "the file is cut short", fix: "download it again" }).where; // => "readIdx"
 * ```
 */
export class DataError extends NNError {
  readonly code = "NN_DATA";
  constructor(options: NNErrorOptions) {
    super("DataError", options);
  }
}

/**
 * True for any error of the project, also one from a second copy of this package.
 *
 * @example
 * ```ts
 * import { isNNError } from "@nn/backend";
 *
 * isNNError(new Error("some other")); // => false
 * ```
 */
export function isNNError(error: unknown): error is NNError {
  return typeof error === "object" && error !== null && (error as { [marker]?: unknown })[marker] === true;
}

/**
 * `f32 [8, 4, 32, 32]`, as errors and summaries print operands.
 *
 * @example
 * ```ts
 * import { describe } from "@nn/backend";
 *
 * describe({ dtype: "f32", shape: [8, 4] }); // => "f32 [8, 4]"
 * ```
 */
export function describe(tensor: { readonly dtype: DType; readonly shape: Shape }): string {
  return `${tensor.dtype} [${tensor.shape.join(", ")}]`;
}
