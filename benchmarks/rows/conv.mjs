// Batch 8. Channels shrink as images grow, as in the stages of a network, so that every width has about the same work.
const channels = { 7: 128, 14: 64, 28: 32, 56: 16 };
const kinds = [
  { title: "3×3", kernel: 3, stride: 1 },
  { title: "5×5", kernel: 5, stride: 1 },
  { title: "1×1", kernel: 1, stride: 1 },
  { title: "depthwise 3×3", kernel: 3, stride: 1, depthwise: true },
  { title: "3×3 stride 2", kernel: 3, stride: 2 },
];

function row({ title, kernel, stride, depthwise = false }, width, backward, more) {
  const n = 8;
  const c = channels[width];
  const padding = (kernel - 1) / 2;
  const out = Math.floor((width + 2 * padding - kernel) / stride) + 1;
  const perGroup = depthwise ? 1 : c;
  const work = 2 * n * c * out * out * perGroup * kernel * kernel;
  return {
    area: backward ? "Convolution, forward and backward" : "Convolution, forward",
    op: backward ? "convGrad" : "conv",
    name: `conv ${title}`,
    shape: `${n}×${c}×${width}×${width}`,
    attrs: { stride, padding, groups: depthwise ? c : 1 },
    operands: {
      x: [[n, c, width, width], 1, 1],
      w: [[c, perGroup, kernel, kernel], 2, 1 / Math.sqrt(perGroup * kernel * kernel)],
      g: [[n, c, out, out], 3, 1],
    },
    work: backward ? 3 * work : work,
    // A gradient of a weight sums thousands of products, in another order in every library.
    tolerance: backward ? 1e-4 : 2e-5,
    ...more,
  };
}

const forwardPeers = ["tfjs-wasm", "ort-web", "ort-node", "jax-js", "pytorch"];

/** Who takes many seconds for a run is shown at one width only. */
function backwardPeersOf(kind, width) {
  const peers = ["tfjs-wasm", "ort-web", "pytorch"];
  if (kind.kernel < 5 || width === "14") peers.push("jax-js");
  if (kind.title === "3×3" && width === "14") peers.push("tfjs-cpu");
  return peers;
}

export const convRows = [
  ...kinds.flatMap((kind) =>
    Object.keys(channels).map((width) =>
      row(kind, Number(width), false, { peers: forwardPeers, quick: width === "14" && kind.kernel === 3 }),
    ),
  ),
  ...kinds.flatMap((kind, i) =>
    Object.keys(channels).map((width) =>
      row(kind, Number(width), true, {
        peers: backwardPeersOf(kind, width),
        quick: width === "14" && i === 0,
      }),
    ),
  ),
];

/** The plain TypeScript backend against the plain JavaScript of TensorFlow.js. */
const plain = { area: "Plain TypeScript backend", backend: "cpu", peers: ["tfjs-cpu"] };
export const plainConvRows = [
  row(kinds[0], 14, false, { ...plain, name: "conv 3×3, forward" }),
  row(kinds[0], 14, true, { ...plain, name: "conv 3×3, forward and backward" }),
];
