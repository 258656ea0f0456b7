import { DataError, type DType, isTensor, type Shape, type Tensor, type TypedArray, tensor } from "@nn/tensor";

/** A tensor on the host. */
export interface SavedTensor {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: TypedArray;
}

/** What JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** A value taken apart: what JSON can say, and the tensors it refers to by name. */
export interface Packed {
  readonly values: Json;
  readonly tensors: Readonly<Record<string, SavedTensor>>;
}

/**
 * Takes a value apart into JSON and tensors on the host. Exact: numbers that JSON lacks and typed arrays are marked.
 * All reads are started before this returns its promise, so the value may change afterwards.
 */
export async function pack(value: unknown): Promise<Packed> {
  const reads: Promise<void>[] = [];
  const tensors: Record<string, SavedTensor> = {};
  const names = new Set<string>();
  const read = async (name: string, { dtype, shape }: Tensor, data: Promise<TypedArray>) => {
    tensors[name] = { dtype, shape, data: await data };
  };
  const visit = (item: unknown, path: readonly string[]): Json => {
    if (isTensor(item)) {
      const name = freshName(path.join("."), names);
      reads.push(read(name, item, item.data()));
      return { $tensor: name };
    }
    if (typeof item === "number") return packNumber(item);
    if (item === null || typeof item === "string" || typeof item === "boolean") return item;
    if (Array.isArray(item)) return item.map((child, i) => visit(child, [...path, String(i)]));
    if (ArrayBuffer.isView(item)) return packArray(item, path);
    if (typeof item === "object" && isPlain(item)) {
      const entries = Object.entries(item).filter(([, child]) => child !== undefined);
      return Object.fromEntries(entries.map(([name, child]) => [name, visit(child, [...path, name])]));
    }
    throw unsavable(item, path);
  };
  const values = visit(value, []);
  await Promise.all(reads);
  return { values, tensors };
}

/** Puts a value together again; tensors are made by `make`. */
export function unpack(packed: Packed, make: (saved: SavedTensor, name: string) => Tensor = fromSaved): unknown {
  const visit = (item: Json): unknown => {
    if (typeof item !== "object" || item === null) return item;
    if (isList(item)) return item.map(visit);
    if (typeof item.$tensor === "string") {
      const saved = packed.tensors[item.$tensor];
      if (saved !== undefined) return make(saved, item.$tensor);
      throw new DataError({
        where: "training state",
        problem: "a tensor is missing",
        rows: [["tensor", item.$tensor]],
        fix: "use a state as `trainingState` gave it",
      });
    }
    if (typeof item.$number === "string") return Number(item.$number);
    if (typeof item.$array === "string") return unpackArray(item.$array, item.values as readonly Json[]);
    return Object.fromEntries(Object.entries(item).map(([name, child]) => [name, visit(child)]));
  };
  return visit(packed.values);
}

/** A saved tensor on the default backend. */
export function fromSaved({ data, dtype, shape }: SavedTensor): Tensor {
  return tensor(data, { dtype, shape });
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function packNumber(value: number): Json {
  const plain = Number.isFinite(value) && !Object.is(value, -0);
  return plain ? value : { $number: Object.is(value, -0) ? "-0" : String(value) };
}

const arrays = { Float32Array, Float64Array, Int8Array, Int16Array, Int32Array, Uint8Array, Uint16Array, Uint32Array };

function packArray(view: ArrayBufferView, path: readonly string[]): Json {
  const kind = view.constructor.name;
  if (!(kind in arrays)) throw unsavable(view, path);
  return { $array: kind, values: Array.from(view as TypedArray, packNumber) };
}

function unpackArray(kind: string, values: readonly Json[]): ArrayBufferView {
  const make = arrays[kind as keyof typeof arrays];
  return make.from(
    values.map((value) => (typeof value === "number" ? value : Number((value as { $number: string }).$number))),
  );
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function freshName(name: string, names: Set<string>): string {
  let free = name;
  for (let i = 2; names.has(free); i++) free = `${name}#${i}`;
  names.add(free);
  return free;
}

function unsavable(value: unknown, path: readonly string[]): DataError {
  const got = typeof value === "object" && value !== null ? value.constructor.name : typeof value;
  return new DataError({
    where: "trainingState",
    problem: "a state holds something that cannot be saved",
    rows: [
      ["at", path.join(".")],
      ["expected", "numbers, strings, booleans, null, tensors, typed arrays, and lists and plain objects of these"],
      ["got", got],
    ],
    fix: "return plain data from state() or stateDict()",
  });
}
