const area = "Layers and elementwise";
const all = ["tfjs-wasm", "ort-web", "ort-node", "jax-js", "pytorch"];
/** Four sequences of 128, 512 features in 8 heads. */
const tokens = 4 * 128;
const attention = {
  area,
  shape: "4×128×512, 8 heads",
  attrs: { heads: 8 },
  work: 2 * tokens * 4 * 512 * 512 + 4 * tokens * 128 * 512,
  operands: {
    x: [[4, 128, 512], 1, 1],
    wqkv: [[1536, 512], 2, 0.05],
    bqkv: [[1536], 3, 0.1],
    wo: [[512, 512], 4, 0.05],
    bo: [[512], 5, 0.1],
  },
  peers: all,
};
const perRow = { weight: [[512], 2, 1], bias: [[512], 3, 1] };
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
    op: "layerNorm",
    name: "layer norm",
    shape: "4096×512",
    operands: { x: [[4096, 512], 1, 1], ...perRow },
    peers: all,
    quick: true,
  },
  {
    area,
    op: "layerNormGrad",
    name: "layer norm, forward + backward",
    shape: "4096×512",
    operands: { x: [[4096, 512], 1, 1], ...perRow, g: [[4096, 512], 6, 1] },
    peers: all,
    tolerance: 1e-4,
  },
  { ...attention, op: "attention", name: "multi-head attention", quick: true },
  {
    ...attention,
    op: "attentionGrad",
    name: "multi-head attention, forward + backward",
    operands: { ...attention.operands, g: [[4, 128, 512], 6, 1] },
    work: 3 * attention.work,
    tolerance: 1e-4,
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
