import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { env, matMul, setBackend, tensor2d } from "@tensorflow/tfjs-core";

// Where its files lie is for the bundler to say.
setWasmPaths(BENCH_FILES);
env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
await setBackend("wasm");
const a = tensor2d([1, 2, 3, 4], [2, 2]);
console.log((await matMul(a, a).data()).join());
