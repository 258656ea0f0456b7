import { type Buffer, DataError, isBuffer, isParameter, type Parameter, type Tensor } from "@nn/tensor";

/** The parameter in a field of a layer. */
export function parameterIn(where: string, layer: object, name: string): Parameter {
  const value: unknown = Reflect.get(layer, name);
  if (isParameter(value)) return value;
  throw missing(where, layer, `parameter "${name}"`);
}

/** The buffer in a field of a layer. */
export function bufferIn(where: string, layer: object, name: string): Buffer {
  const value: unknown = Reflect.get(layer, name);
  if (isBuffer(value)) return value;
  throw missing(where, layer, `buffer "${name}"`);
}

function missing(where: string, layer: object, what: string): DataError {
  return new DataError({
    where,
    problem: `the layer has no ${what}`,
    rows: [["layer", layer.constructor.name]],
    fix: 'name a field that holds a Parameter, such as "weight", and reparametrize it once only',
  });
}

/** Puts a value in a field of a layer, where walks find it. */
export function setField(layer: object, name: string, value: Tensor): void {
  Object.defineProperty(layer, name, { value, enumerable: true, configurable: true, writable: true });
}

/** Lets a field of a layer be computed whenever it is read; walks do not see it. */
export function computeField(layer: object, name: string, compute: () => Tensor): void {
  Object.defineProperty(layer, name, { get: compute, enumerable: false, configurable: true });
}

/** The tensor in a field of a layer: a parameter, a buffer, or what stands for one. */
export function tensorIn(layer: object, name: string): Tensor {
  const value: Tensor = Reflect.get(layer, name);
  return value;
}
