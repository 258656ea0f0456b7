const area = "Layers and elementwise";
const all = ["tfjs-wasm", "ort-web", "ort-node", "jax-js", "pytorch"];
const perChannel = { weight: [[64], 2, 1], bias: [[64], 3, 1] };

export const layerRows = [
  {
    area,
    op: "maxPool",
    name: "max pool 2×2",
    shape: "32×32×28×28",
    operands: { x: [[32, 32, 28, 28], 1, 1] },
    peers: all,
    quick: true,
  },
  {
    area,
    op: "maxPoolGrad",
    name: "max pool 2×2, forward + backward",
    shape: "32×32×28×28",
    operands: { x: [[32, 32, 28, 28], 1, 1], g: [[32, 32, 14, 14], 2, 1] },
    peers: all,
  },
  {
    area,
    op: "batchNorm",
    name: "batch norm, evaluation",
    shape: "32×64×14×14",
    operands: {
      x: [[32, 64, 14, 14], 1, 1],
      ...perChannel,
      mean: [[64], 4, 0.1],
      variance: [[64], 5, 0.5, true],
    },
    peers: all,
  },
  {
    area,
    op: "batchNormGrad",
    name: "batch norm, training, forward + backward",
    shape: "32×64×14×14",
    operands: { x: [[32, 64, 14, 14], 1, 1], ...perChannel, g: [[32, 64, 14, 14], 6, 1] },
    peers: all,
    tolerance: 1e-4,
    quick: true,
  },
  {
    area,
    op: "softmax",
    name: "softmax",
    shape: "1000×1000",
    operands: { x: [[1000, 1000], 1, 4] },
    peers: all,
    quick: true,
  },
  ...["exp", "tanh", "gelu"].map((kind) => ({
    area,
    op: kind,
    name: kind,
    shape: "1e6",
    operands: { x: [[1_000_000], 1, 4] },
    peers: all,
    quick: kind === "exp",
  })),
];

export const plainLayerRows = layerRows
  .filter(({ name }) => ["max pool 2×2", "exp", "tanh"].includes(name))
  .map((row) => ({ ...row, area: "Plain TypeScript backend", backend: "cpu", peers: ["tfjs-cpu"], quick: false }));
