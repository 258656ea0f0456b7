const sizes = [8, 16, 32, 64, 128, 256, 512, 1024];

const row = (n, mode, more) => ({
  area: "Matrix multiplication",
  op: "matmul",
  name: `matmul ${mode}`,
  shape: `${n}`,
  attrs: { mode },
  operands: { a: [[n, n], 1, 1], b: [[n, n], 2, 1] },
  work: 2 * n ** 3,
  ...more,
});

/** NN is `a · b`, NT `a · bᵀ`, TN `aᵀ · b`: the transposed forms are what backward passes are made of. */
export const matmulRows = ["NN", "NT", "TN"].flatMap((mode) =>
  sizes.map((n) => row(n, mode, { peers: ["tfjs-wasm", "ort-web", "ort-node", "jax-js", "pytorch"], quick: n === 64 })),
);

const plain = { area: "Plain TypeScript backend", backend: "cpu", peers: ["tfjs-cpu"] };
export const plainMatmulRows = ["NN", "NT"].map((mode) => row(256, mode, plain));
