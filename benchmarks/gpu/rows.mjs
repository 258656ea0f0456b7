// What is measured, with the work that it takes and a check that needs no second library: some elements of each result
// are computed again in double precision, straight from the definition.
import { labels, uniform } from "../rows/inputs.mjs";

const sizes = { full: [256, 512, 1024, 2048, 4096], quick: [32] };
const images = { full: [32, 64, 56, 64], quick: [1, 3, 8, 4] };
const batches = { full: 64, quick: 2 };

export function rowsFor(plan) {
  const [n, c, size, k] = images[plan];
  const conv = { n, c, size, k };
  // Multiplications and additions of one 3 × 3 convolution with padding 1.
  const convFlops = 2 * n * k * size * size * c * 9;
  return [
    ...sizes[plan].map((m) => ({ op: "matmul", title: `matmul ${m}`, shape: { m }, flops: 2 * m ** 3 })),
    { op: "conv", title: `conv2d 3×3 ${n}×${c}×${size}×${size} → ${k}, forward`, shape: conv, flops: convFlops },
    { op: "convGrad", title: "the same, both gradients", shape: conv, flops: 2 * convFlops },
    { op: "cnnStep", title: `CNN training step, Adam, batch ${batches[plan]}`, shape: { batch: batches[plan] } },
  ];
}

/** Operands by name: `{ shape, data }`. */
export function operandsOf({ op, shape }) {
  const of = (dims, seed, scale = 1) => ({ shape: dims, data: uniform(dims, seed, scale) });
  if (op === "matmul") return { a: of([shape.m, shape.m], 1), b: of([shape.m, shape.m], 2) };
  if (op === "cnnStep") {
    return {
      x: of([shape.batch, 1, 28, 28], 1),
      w1: of([32, 1, 3, 3], 3, 0.3),
      b1: of([32], 4, 0.1),
      w2: of([64, 32, 3, 3], 5, 0.06),
      b2: of([64], 6, 0.1),
      w3: of([128, 9216], 7, 0.01),
      b3: of([128], 8, 0.1),
      w4: of([10, 128], 9, 0.09),
      b4: of([10], 10, 0.1),
    };
  }
  const { n, c, size, k } = shape;
  const operands = { x: of([n, c, size, size], 1), w: of([k, c, 3, 3], 2) };
  return op === "conv" ? operands : { ...operands, g: of([n, k, size, size], 3) };
}

export const digits = ({ shape }) => labels(shape.batch, 10, 2);
export const lr = 1e-3;

/** The first wrong element, in words; undefined where all that were looked at are right. */
export function wrong(row, outputs, losses) {
  if (row.op === "cnnStep") {
    const at = outputs.findIndex((loss, i) => !(Math.abs(loss - losses[i]) <= 1e-3 * losses[i]));
    return at < 0 ? undefined : `loss ${outputs[at]} instead of ${losses[at]} in step ${at + 1}`;
  }
  const operands = operandsOf(row);
  const expected = { matmul: product, conv: convolution, convGrad: gradients }[row.op](row.shape, operands);
  for (const [i, { at, value, scale }] of expected(outputs).entries()) {
    const got = at();
    if (!(Math.abs(got - value) <= 1e-4 * scale)) return `${got} instead of ${value} (sample ${i})`;
  }
  return undefined;
}

/** Places spread over `length` elements. */
const places = (length) => Array.from({ length: 24 }, (_, i) => Math.floor(((i * 0.618034 + 0.1) % 1) * length));

/** A sum of products with the size that its rounding goes by. */
function sum(pairs) {
  let [value, squares] = [0, 0];
  for (const [a, b] of pairs) {
    value += a * b;
    squares += (a * b) ** 2;
  }
  return { value, scale: Math.sqrt(squares) + 1e-3 };
}

function product({ m }, { a, b }) {
  return ([y]) =>
    places(m * m).map((place) => {
      const [i, j] = [Math.floor(place / m), place % m];
      const pairs = Array.from({ length: m }, (_, l) => [a.data[i * m + l], b.data[l * m + j]]);
      return { at: () => y[place], ...sum(pairs) };
    });
}

const inside = (at, size) => at >= 0 && at < size;

function convolution({ n, c, size, k }, { x, w }) {
  return ([y]) =>
    places(n * k * size * size).map((place) => {
      const [b, f, i, j] = split(place, [n, k, size, size]);
      const pairs = [];
      eachTap(c, (ch, r, s) => {
        if (inside(i + r - 1, size) && inside(j + s - 1, size))
          pairs.push([
            x.data[((b * c + ch) * size + i + r - 1) * size + j + s - 1],
            w.data[((f * c + ch) * 3 + r) * 3 + s],
          ]);
      });
      return { at: () => y[place], ...sum(pairs) };
    });
}

function gradients({ n, c, size, k }, { x, w, g }) {
  return ([dx, dw]) => [
    ...places(n * c * size * size).map((place) => {
      const [b, ch, i, j] = split(place, [n, c, size, size]);
      const pairs = [];
      eachTap(k, (f, r, s) => {
        if (inside(i - r + 1, size) && inside(j - s + 1, size))
          pairs.push([
            g.data[((b * k + f) * size + i - r + 1) * size + j - s + 1],
            w.data[((f * c + ch) * 3 + r) * 3 + s],
          ]);
      });
      return { at: () => dx[place], ...sum(pairs) };
    }),
    ...places(k * c * 9).map((place) => {
      const [f, ch, r, s] = split(place, [k, c, 3, 3]);
      const pairs = [];
      for (let b = 0; b < n; b++)
        for (let i = 0; i < size; i++)
          for (let j = 0; j < size; j++)
            if (inside(i + r - 1, size) && inside(j + s - 1, size))
              pairs.push([
                x.data[((b * c + ch) * size + i + r - 1) * size + j + s - 1],
                g.data[((b * k + f) * size + i) * size + j],
              ]);
      return { at: () => dw[place], ...sum(pairs) };
    }),
  ];
}

function eachTap(channels, visit) {
  for (let ch = 0; ch < channels; ch++) for (let r = 0; r < 3; r++) for (let s = 0; s < 3; s++) visit(ch, r, s);
}

function split(place, shape) {
  return shape.map((size, i) => Math.floor(place / shape.slice(i + 1).reduce((a, b) => a * b, 1)) % size);
}
