import type { Backend, DType, Shape, TypedArray } from "@nn/backend";
import { ShapeError, sizeOf, UnsupportedError } from "@nn/backend";
import { allocate } from "../core/storage.js";
import { denseTensor, type Tensor } from "../core/tensor.js";

/** A tensor over a copy of host elements, which must be of the dtype's array type. */
export function fromHost<S extends Shape>(
  data: TypedArray,
  shape: S,
  dtype: DType,
  backend: Backend,
  where: string,
): Tensor<S> {
  const size = sizeOf(shape);
  if (size !== data.length) {
    throw new ShapeError({
      where,
      problem: "the number of elements does not fit the shape",
      rows: [
        ["shape", `[${shape.join(", ")}]`, `${size} elements`],
        ["data", `${data.length} elements`],
      ],
      fix: "check the shape, or leave it out to take it from the data",
    });
  }
  if (!backend.capabilities.dtypes.includes(dtype)) {
    throw new UnsupportedError({
      where,
      problem: `backend "${backend.name}" has no ${dtype}`,
      rows: [["it has", backend.capabilities.dtypes.join(", ")]],
      fix: "choose one of these dtypes, or another backend",
    });
  }
  if (size > backend.capabilities.maxElements) {
    throw new UnsupportedError({
      where,
      problem: `backend "${backend.name}" cannot hold so many elements`,
      rows: [
        ["data", `${dtype} [${shape.join(", ")}]`, `${size} elements`],
        ["it holds", `up to ${backend.capabilities.maxElements} elements`],
      ],
      fix: "use smaller tensors, or another backend",
    });
  }
  const storage = allocate(backend, dtype, size);
  if (size > 0) backend.write(storage.handle, data);
  return denseTensor(storage, dtype, shape, where);
}
