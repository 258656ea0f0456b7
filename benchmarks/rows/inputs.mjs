// Inputs are a hash of seed and index, so that every peer, in whatever language, makes the same ones by itself.
// Never zeros: some engines are faster on them.

export const sizeOf = (shape) => shape.reduce((size, n) => size * n, 1);

/** Uniform in [-scale, scale). `peers/pytorch.py` holds the same function. */
export function uniform(shape, seed, scale = 1) {
  const values = new Float32Array(sizeOf(shape));
  for (let i = 0; i < values.length; i++) values[i] = (hash(i, seed) / 2 ** 31 - 1) * scale;
  return values;
}

/** Class numbers below `classes`. */
export function labels(count, classes, seed) {
  return Int32Array.from({ length: count }, (_, i) => hash(i, seed) % classes);
}

function hash(index, seed) {
  let h = (index + Math.imul(seed, 0x9e3779b9)) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d) >>> 0;
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b) >>> 0;
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * The operands of a row as typed arrays, by name. An operand is `[shape, seed, scale]`; positive ones, such as
 * variances, have `positive: true` as the fourth element.
 */
export function operandsOf(row) {
  return Object.fromEntries(
    Object.entries(row.operands).map(([name, [shape, seed, scale, positive]]) => {
      const data = uniform(shape, seed, scale);
      return [name, { shape, data: positive ? data.map((value) => Math.abs(value) + 0.5) : data }];
    }),
  );
}
