import { DataError, type DType } from "@nn/backend";

/** A tensor of a golden. Numbers of all dtypes are held as doubles; booleans are 0 and 1. */
export interface GoldenTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Row-major, as long as the product of the shape. */
  readonly data: Float64Array;
}

/** Tensors by name, in the order of the op's arguments. */
export type GoldenTensors = Readonly<Record<string, GoldenTensor>>;

/** One call of an op, with what PyTorch answered. */
export interface GoldenCase {
  readonly op: string;
  /** What is special about this call; unique among the cases of the op. */
  readonly name: string;
  readonly inputs: GoldenTensors;
  /** PyTorch's options in camelCase; those left out have PyTorch's default. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly outputs: GoldenTensors;
  /** Cotangents of the outputs. Empty where no gradient is checked. */
  readonly gradOutputs: GoldenTensors;
  /** Gradients of the sum of `outputs * gradOutputs`. Empty where no gradient is checked. */
  readonly grads: GoldenTensors;
}

/** One file of goldens. */
export interface GoldenFile {
  /** The version of PyTorch that computed the numbers. */
  readonly torch: string;
  readonly cases: readonly GoldenCase[];
}

/**
 * Reads the JSON of a golden file: names of NaN and the infinities become numbers, data become a `Float64Array`.
 *
 * @example
 * ```ts
 * import { parseGolden } from "@nn/testing";
 * import json from "@nn/testing/goldens/conv.json" with { type: "json" };
 *
 * const { cases } = parseGolden(json);
 * ```
 */
export function parseGolden(json: unknown): GoldenFile {
  const { torch, cases } = record(json, "file");
  if (typeof torch !== "string" || !Array.isArray(cases)) throw malformed("file", '"torch" and "cases"');
  return { torch, cases: cases.map(parseCase) };
}

function parseCase(json: unknown, index: number): GoldenCase {
  const { op, name, inputs, options, outputs, gradOutputs, grads } = record(json, `cases[${index}]`);
  if (typeof op !== "string" || typeof name !== "string") throw malformed(`cases[${index}]`, '"op" and "name"');
  const place = `${op}, ${name}`;
  return {
    op,
    name,
    inputs: parseTensors(inputs ?? {}, `${place}, inputs`),
    options: mapValues(record(options ?? {}, `${place}, options`), parseOption),
    outputs: parseTensors(outputs, `${place}, outputs`),
    gradOutputs: parseTensors(gradOutputs ?? {}, `${place}, gradOutputs`),
    grads: parseTensors(grads ?? {}, `${place}, grads`),
  };
}

function parseTensors(json: unknown, place: string): GoldenTensors {
  return mapValues(record(json, place), (value, key) => parseTensor(value, `${place}.${key}`));
}

function parseTensor(json: unknown, place: string): GoldenTensor {
  const { dtype, shape, data } = record(json, place);
  if (!isDType(dtype)) throw malformed(place, '"dtype" among f32, f64, i32, bool');
  if (!Array.isArray(shape) || !shape.every((n) => Number.isInteger(n) && n >= 0)) throw malformed(place, "a shape");
  const length = shape.reduce((product: number, n: number) => product * n, 1);
  if (!Array.isArray(data) || data.length !== length) throw malformed(place, `${length} numbers for [${shape}]`);
  return { dtype, shape, data: Float64Array.from(data, (value: unknown) => parseNumber(value, place)) };
}

// JSON has no word for these.
const nonFinite: Readonly<Record<string, number>> = { nan: Number.NaN, inf: Infinity, "-inf": -Infinity };

function parseNumber(value: unknown, place: string): number {
  const number = typeof value === "string" ? nonFinite[value] : value;
  if (typeof number !== "number")
    throw malformed(place, `numbers, "nan", "inf" or "-inf"; got ${JSON.stringify(value)}`);
  return number;
}

function parseOption(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(parseOption);
  return typeof value === "string" ? (nonFinite[value] ?? value) : value;
}

function isDType(value: unknown): value is DType {
  return value === "f32" || value === "f64" || value === "i32" || value === "bool";
}

function record(value: unknown, place: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformed(place, "an object");
  return value as Record<string, unknown>;
}

function mapValues<T>(object: Record<string, unknown>, fn: (value: unknown, key: string) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, fn(value, key)]));
}

function malformed(place: string, expected: string): DataError {
  return new DataError({
    where: "parseGolden",
    problem: "this is no golden file",
    rows: [
      ["at", place],
      ["expected", expected],
    ],
    fix: "pass the parsed JSON of a file that tooling/golden/generate.py wrote",
  });
}
