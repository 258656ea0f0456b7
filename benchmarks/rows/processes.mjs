const area = "Loading";
const matmul = ["tfjs-wasm", "ort-web", "jax-js"];
const cnn = ["tfjs-cpu", "jax-js"];

/** What is not about speed of kernels: how soon a fresh process has a result, and how much a page has to load for it. */
export const processRows = [
  { name: "cold start", shape: "2×2 product, fresh process", program: "matmul", peers: matmul, quick: true },
  { name: "cold start", shape: "CNN training step, fresh process", program: "cnn", peers: cnn },
  { name: "bundle", shape: "2×2 product, gzip", program: "matmul", peers: matmul, size: true, quick: true },
  { name: "bundle", shape: "CNN training step, gzip", program: "cnn", peers: cnn, size: true },
].map((row) => ({ ...row, area, op: "process" }));
