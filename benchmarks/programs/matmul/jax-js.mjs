import { defaultDevice, init, numpy as np } from "@jax-js/jax";

await init("wasm");
defaultDevice("wasm");
const a = np.array([
  [1, 2],
  [3, 4],
]);
console.log((await np.matmul(a.ref, a).data()).join());
