import {
  type DType,
  isParameter,
  isTensor,
  namedBuffers,
  namedParameters,
  type Parameter,
  requireBuilt,
  type Shape,
  type Tensor,
  type Tree,
  walk,
  zeros,
} from "@nn/tensor";
import { childLayers } from "./child-layers.js";
import { applyLayer, type Layer } from "./layer.js";
import { predict } from "./mode.js";
import { printTable } from "./print-table.js";
import { Sequential } from "./sequential.js";

const inspect: unique symbol = Symbol.for("nodejs.util.inspect.custom");

/** One layer of a summary. */
export interface SummaryRow {
  /** Where it is in the model: `"features.2"`; empty for the model itself. */
  readonly path: string;
  /** Its class, or the name of its function. */
  readonly type: string;
  /** Shape of what it gave first, or undefined where it was not called. */
  readonly outputShape: Shape | undefined;
  /** Elements of its own parameters, without those of the layers inside it. */
  readonly parameters: number;
}

/**
 * What `summary` found; prints as a table.
 *
 * @example
 * ```ts
 * import { Linear, summary } from "@nn/layers";
 *
 * String(summary(new Linear(4, 2), [1, 4])).includes("10 trainable"); // => true
 * ```
 */
export class Summary {
  constructor(
    readonly rows: readonly SummaryRow[],
    /** Elements of all parameters. */
    readonly parameters: number,
    /** Elements of those that are not frozen. */
    readonly trainable: number,
    /** Elements of all buffers. */
    readonly buffers: number,
    /** Memory of all parameters. */
    readonly parameterBytes: number,
  ) {}

  /** An aligned table with totals. */
  toString(): string {
    return printTable(this);
  }
  /** What Node's console shows. */
  [inspect](): string {
    return this.toString();
  }
}

/**
 * Runs a model once, in evaluation mode and without recording, and tells the output shape and the parameters of each
 * layer. The model is left as it was, and no tensor remains.
 *
 * @param input a tensor, or the shape of one (of zeros, in the dtype and on the backend of the parameters)
 *
 * @example
 * ```ts
 * import { Linear, Sequential, summary } from "@nn/layers";
 * import { relu } from "@nn/tensor";
 *
 * const table = summary(new Sequential(new Linear(4, 8), relu, new Linear(8, 2)), [1, 4]);
 * table.parameters; // => 58
 * table.rows.map((row) => row.outputShape?.at(-1)); // => [8, 8, 2]
 * ```
 */
export function summary(model: Tree & { forward(x: Tensor): unknown }, input: Tensor | Shape): Summary {
  const like = firstParameter(model);
  const run = (called: typeof model) => {
    predict(model, () => {
      called.forward(isTensor(input) ? input : zeros(input, { dtype: like?.dtype, backend: like?.backend }));
    });
  };
  // Lazy layers get what is inside them only now.
  if (isUnbuilt(model)) run(model);
  const shapes = watch(model, run);
  const parameters = [...namedParameters(model).values()];
  const count = (tensors: Iterable<Tensor>) => [...tensors].reduce((total, { size }) => total + size, 0);
  return new Summary(
    rowsOf(model, shapes),
    count(parameters),
    count(parameters.filter((parameter) => parameter.requiresGrad)),
    count(namedBuffers(model).values()),
    parameters.reduce((bytes, { size, dtype }) => bytes + size * bytesOf[dtype], 0),
  );
}

function firstParameter(model: Tree): Parameter | undefined {
  let first: Parameter | undefined;
  walk(model, (value) => {
    if (first === undefined && isParameter(value)) first = value;
  });
  return first;
}

function isUnbuilt(model: Tree): boolean {
  let unbuilt = false;
  walk(model, (value) => {
    if (requireBuilt in value && "built" in value && value.built === false) unbuilt = true;
  });
  return unbuilt;
}

const bytesOf: Readonly<Record<DType, number>> = { f32: 4, f64: 8, i32: 4, bool: 1 };

type WithForward = object & { forward(...inputs: unknown[]): unknown };

/** Runs `fn` while the forward of every layer also notes the shape of what it gives, by path. */
function watch<M extends object>(model: M, fn: (model: M) => void): Map<string, Shape> {
  const shapes = new Map<string, Shape>();
  const restore: (() => void)[] = [];
  const note = (path: string, result: unknown) => {
    const shape = firstShape(result);
    if (shape !== undefined && !shapes.has(path)) shapes.set(path, shape);
  };
  try {
    walk(model, (layer, path) => {
      if (!hasForward(layer)) return;
      const name = path.join(".");
      const own = Object.getOwnPropertyDescriptor(layer, "forward");
      const forward = forwardOf(layer, name, note);
      layer.forward = (...inputs) => {
        const result = forward(...inputs);
        note(name, result);
        return result;
      };
      restore.push(() => {
        if (own === undefined) Reflect.deleteProperty(layer, "forward");
        else Object.defineProperty(layer, "forward", own);
      });
    });
    fn(model);
  } finally {
    for (const undo of restore) undo();
  }
  return shapes;
}

/** The forward of a layer; that of a Sequential also notes its bare functions, which have no forward to replace. */
function forwardOf(layer: WithForward, path: string, note: (path: string, result: unknown) => void) {
  if (!isSequential(layer)) return layer.forward.bind(layer);
  const layers: readonly Layer[] = [...layer];
  return (x: unknown) =>
    layers.reduce((y, child, i) => {
      const result = applyLayer(child, y);
      if (typeof child === "function") note(path === "" ? `${i}` : `${path}.${i}`, result);
      return result;
    }, x as Tensor);
}

/** True for a Sequential whose forward is the one that runs its layers in turn. */
function isSequential(layer: WithForward): layer is WithForward & Sequential {
  return layer.forward === Sequential.prototype.forward;
}

function rowsOf(model: object, shapes: ReadonlyMap<string, Shape>): SummaryRow[] {
  const rows: SummaryRow[] = [];
  const counted = new Set<Tensor>();
  const visit = (layer: object, path: string) => {
    const children = childLayers(layer);
    const inside = new Set(children.flatMap(([, child]) => [...namedParameters(child).values()]));
    let own = 0;
    for (const parameter of namedParameters(layer).values()) {
      if (inside.has(parameter) || counted.has(parameter)) continue;
      counted.add(parameter);
      own += parameter.size;
    }
    if (children.length === 0 || own > 0) {
      const type = typeof layer === "function" ? layer.name || "function" : layer.constructor.name;
      rows.push({ path, type, outputShape: shapes.get(path), parameters: own });
    }
    for (const [name, child] of children) visit(child, path === "" || name === "" ? path + name : `${path}.${name}`);
  };
  visit(model, "");
  return rows;
}

function hasForward(value: object): value is WithForward {
  return !isTensor(value) && "forward" in value && typeof value.forward === "function";
}

/** The shape of a result: the tensor itself, or the first one in an object or array. */
function firstShape(result: unknown): Shape | undefined {
  if (isTensor(result)) return result.shape;
  if (typeof result !== "object" || result === null) return undefined;
  const first = Object.values(result).find((value) => isTensor(value));
  return isTensor(first) ? first.shape : undefined;
}
