import { env, InferenceSession, Tensor } from "onnxruntime-web/wasm";

env.wasm.wasmPaths = BENCH_FILES;
env.wasm.numThreads = 1;
const session = await InferenceSession.create(Uint8Array.from(BENCH_MODEL));
const a = new Tensor("float32", [1, 2, 3, 4], [2, 2]);
console.log((await session.run({ a })).y.data.join());
