// n sequences of t steps of i features, h units. Weights are as small as PyTorch draws them.
const sizes = [
  { n: 32, t: 50, i: 64, h: 128, quick: true },
  { n: 1, t: 50, i: 64, h: 128 },
  { n: 8, t: 32, i: 32, h: 64 },
];
const kinds = [
  { kind: "LSTM", gates: 4 },
  { kind: "GRU", gates: 3 },
];

function row({ kind, gates }, { n, t, i, h, quick = false }, backward) {
  const scale = 1 / Math.sqrt(h);
  const work = 2 * n * t * gates * h * (i + h);
  return {
    area: "Recurrent layers",
    op: `${kind.toLowerCase()}${backward ? "Grad" : ""}`,
    name: `${kind}${backward ? ", forward + backward" : ", forward"}`,
    shape: `n${n} t${t} in ${i} h${h}`,
    attrs: { kind, gates, size: h },
    operands: {
      x: [[n, t, i], 1, 1],
      wih: [[gates * h, i], 2, scale],
      whh: [[gates * h, h], 3, scale],
      bih: [[gates * h], 4, scale],
      bhh: [[gates * h], 5, scale],
      g: [[n, t, h], 6, 1],
    },
    work: backward ? 3 * work : work,
    peers: ["tfjs-wasm", "ort-web", "ort-node", "pytorch"],
    // Rounding differences pass through all steps; a gradient of a weight sums over them as well.
    tolerance: backward ? 1e-4 : 2e-5,
    quick: quick && kind === "LSTM",
  };
}

export const recurrentRows = kinds.flatMap((kind) =>
  sizes.flatMap((size) => [row(kind, size, false), row(kind, size, true)]),
);
