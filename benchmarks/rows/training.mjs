const weights = (scale) => ({
  w1: [[32, 1, 3, 3], 11, scale(9)],
  b1: [[32], 12, 0.1],
  w2: [[64, 32, 3, 3], 13, scale(288)],
  b2: [[64], 14, 0.1],
  w3: [[128, 9216], 15, scale(9216)],
  b3: [[128], 16, 0.1],
  w4: [[10, 128], 17, scale(128)],
  b4: [[10], 18, 0.1],
});
const cnn = {
  area: "Networks and optimizers",
  shape: "batch 64, 28×28",
  operands: { x: [[64, 1, 28, 28], 1, 1], ...weights((fanIn) => Math.sqrt(3 / fanIn)) },
  // The images are 26×26 after the first convolution, 24×24 after the second.
  work: 64 * 2 * (676 * 32 * 9 + 576 * 64 * 288 + 9216 * 128 + 128 * 10),
};

export const trainingRows = [
  {
    area: cnn.area,
    op: "adam",
    name: "Adam step",
    shape: "1e6 parameters",
    attrs: { lr: 1e-3 },
    operands: { p: [[1_000_000], 1, 1], g: [[1_000_000], 2, 1] },
    peers: ["tfjs-wasm", "tfjs-cpu", "jax-js", "pytorch"],
    quick: true,
  },
  {
    area: cnn.area,
    op: "rmsprop",
    name: "RMSprop step",
    shape: "1e6 parameters",
    attrs: { lr: 1e-3 },
    operands: { p: [[1_000_000], 1, 1], g: [[1_000_000], 2, 1] },
    peers: ["tfjs-wasm", "tfjs-cpu", "jax-js", "pytorch"],
    quick: true,
  },
  {
    ...cnn,
    op: "cnn",
    name: "CNN, forward",
    peers: ["tfjs-wasm", "ort-web", "ort-node", "jax-js", "pytorch"],
    tolerance: 1e-4,
  },
  {
    ...cnn,
    op: "cnnStep",
    name: "CNN, training step with Adam",
    attrs: { lr: 1e-3 },
    work: 3 * cnn.work,
    peers: ["tfjs-wasm", "ort-web", "jax-js", "pytorch"],
    // Three losses in a row; Adam's first steps blow rounding differences up to the size of the learning rate.
    tolerance: 1e-2,
  },
];

/** 100 ops in a chain, `x · w + b` fifty times over. Figures are for one op. */
export const overheadRows = ["overhead", "overheadGrad"].map((op) => ({
  area: "Overhead",
  op,
  name: op === "overhead" ? "one op" : "one op, recorded, with its backward pass",
  shape: "8 elements",
  attrs: { turns: 50 },
  per: 100,
  operands: { x: [[8], 1, 1], w: [[8], 2, 0.2, true], b: [[8], 3, 0.1] },
  peers: ["tfjs-wasm", "tfjs-cpu", "jax-js", "pytorch"],
  quick: true,
}));
