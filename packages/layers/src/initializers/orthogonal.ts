import { type Shape, ShapeError, type Tensor, tensor } from "@nn/tensor";
import { normalOf } from "./host-normal.js";
import { generatorOf, type InitializerOptions } from "./options.js";

/** Options of `orthogonal`. */
export interface OrthogonalOptions extends InitializerOptions {
  /** Factor, default 1; see `gain`. */
  readonly gain?: number;
}

/**
 * A random matrix whose rows (or columns, if there are fewer) are orthogonal and of length gain
 * (torch.nn.init.orthogonal_; Saxe et al., 2013). Further dimensions count as columns. Uniform among all such matrices.
 * Computed on the host in f64, in O(rows · columns · min(rows, columns)).
 *
 * @throws ShapeError when the shape has less than two dimensions.
 *
 * @example
 * ```ts
 * import { orthogonal } from "@nn/layers";
 *
 * const q = orthogonal([2, 2], { dtype: "f64" });
 * const identity = await q.matmul(q.transpose()).data();
 * Array.from(identity, (x) => Math.round(x * 1e9) / 1e9); // => [1, 0, 0, 1]
 * ```
 */
export function orthogonal(shape: Shape, options: OrthogonalOptions = {}): Tensor {
  const { gain = 1, dtype, backend } = options;
  if (shape.length < 2) {
    throw new ShapeError({
      where: "orthogonal",
      problem: "an orthogonal matrix needs two dimensions or more",
      rows: [["got", `[${shape.join(", ")}]`]],
      fix: "initialize vectors with uniform, normal, zeros or ones",
    });
  }
  const rows = shape[0];
  const columns = shape.slice(1).reduce((product, d) => product * d, 1);
  const [count, length] = rows < columns ? [rows, columns] : [columns, rows];
  const words = generatorOf(options).bits(2 * count * length);
  const vectors = Array.from({ length: count }, (_, v) =>
    Float64Array.from({ length }, (_, i) => normalOf(words[2 * (v * length + i)], words[2 * (v * length + i) + 1])),
  );
  orthonormalize(vectors);
  const values = Float64Array.from({ length: rows * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    return gain * (rows < columns ? vectors[row][column] : vectors[column][row]);
  });
  return tensor(values, { shape, dtype: dtype ?? "f32", backend });
}

/** Gram and Schmidt, twice for each vector, so that rounding leaves nothing of the others in it. */
function orthonormalize(vectors: readonly Float64Array[]): void {
  vectors.forEach((vector, v) => {
    for (let pass = 0; pass < 2; pass++) {
      for (let other = 0; other < v; other++) addScaled(vector, vectors[other], -dot(vector, vectors[other]));
    }
    const scale = 1 / Math.sqrt(dot(vector, vector));
    for (let i = 0; i < vector.length; i++) vector[i] *= scale;
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function addScaled(to: Float64Array, from: Float64Array, factor: number): void {
  for (let i = 0; i < to.length; i++) to[i] += factor * from[i];
}
