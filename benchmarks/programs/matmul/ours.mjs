import { wasm } from "@nn/backend-wasm";
import { matmul, setBackend, tensor } from "@nn/tensor";

setBackend(await wasm({ threads: 1 }));
const a = tensor([
  [1, 2],
  [3, 4],
]);
console.log((await matmul(a, a).data()).join());
