// What runs in the browser: a page or a Worker loads it as one script and asks for a task.
import type { Backend } from "@nn/backend";
import { cpu } from "@nn/backend-cpu";
import { gpu } from "@nn/backend-gpu";
import { type WasmOptions, wasm } from "@nn/backend-wasm";
import { Conv2d, MaxPool2d } from "@nn/conv";
import { crossEntropy, flatten, Linear, relu, Sequential } from "@nn/layers";
import { RMSprop } from "@nn/optim";
import { Generator, manualSeed, tensor, valueAndGrad, withBackend } from "@nn/tensor";
import { checkLoss, microseconds, runGlChecks } from "@nn-tooling/conformance/gl-checks";
import { gpuTolerances } from "@nn-tooling/conformance/gpu-tolerances";
import { type Report, reportOn } from "@nn-tooling/conformance/report";
import { type Moved, movesAlong } from "@nn-tooling/conformance/swap/moves";
import type { Batch } from "@nn-tooling/conformance/swap/tour";
import { trainings } from "@nn-tooling/conformance/swap/trainings";
import { wasmTolerances } from "@nn-tooling/conformance/wasm-tolerances";
import { decoding, images } from "./data.js";

const backends = {
  cpu: () => cpu(),
  wasm: (options: WasmOptions) => wasm(options),
  webgpu: () => gpu({ prefer: "webgpu" }),
  webgl2: () => gpu({ prefer: "webgl2" }),
};

/** Runs everything that `testBackend` registers. */
function conformance(name: keyof typeof backends, options: WasmOptions): Promise<Report> {
  const tolerances = { cpu: {}, wasm: wasmTolerances, webgpu: gpuTolerances, webgl2: gpuTolerances };
  // The oracle itself is checked where it is the backend.
  return reportOn(() => backends[name](options), { trustOracle: name !== "cpu", tolerances: tolerances[name] });
}

/** What there is to check of WebGL beyond the suites, and what an op costs. */
async function webgl2(): Promise<{ failures: string[]; enqueued: number; done: number }> {
  const failures = await runGlChecks(backends.webgl2);
  const backend = await backends.webgl2();
  const times = await microseconds(backend);
  await backend.dispose();
  return { failures, ...times };
}

/** A training that moves along a route of backends, each one backend however often the route comes to it. */
async function swap(
  title: string,
  route: readonly (keyof typeof backends)[],
  batches: readonly Batch[],
): Promise<Moved> {
  const made = new Map<string, Backend>();
  for (const name of new Set(route)) made.set(name, await backends[name]({ threads: 1 }));
  const training = trainings.find((training) => training.title === title)!;
  const moved = await movesAlong(
    route.map((name) => [name, made.get(name)!] as const),
    training,
    batches,
  );
  for (const backend of made.values()) await backend.dispose();
  return moved;
}

/** Takes contexts away from the backend that has them. */
async function lostContext(): Promise<void> {
  const { getContext } = OffscreenCanvas.prototype;
  let last: WebGL2RenderingContext | undefined;
  OffscreenCanvas.prototype.getContext = function (this: OffscreenCanvas, ...values: Parameters<typeof getContext>) {
    const made = getContext.apply(this, values);
    if (made instanceof WebGL2RenderingContext) last = made;
    return made;
  } as typeof getContext;
  try {
    await checkLoss(backends.webgl2, () => last!.getExtension("WEBGL_lose_context")!.loseContext());
  } finally {
    OffscreenCanvas.prototype.getContext = getContext;
  }
}

/** Trains a small network, large enough for threads to share its kernels, and gives the bits of its losses. */
async function training(
  options: WasmOptions,
): Promise<{ readonly threads: number; readonly losses: readonly number[] }> {
  const backend = await wasm(options);
  const steps = withBackend(backend, () => {
    manualSeed(1);
    const model = new Sequential(
      new Conv2d(1, 16, { kernelSize: 3 }),
      relu,
      new MaxPool2d({ kernelSize: 2 }),
      flatten,
      new Linear(16 * 13 * 13, 20),
    );
    // Its step is an elementwise program, which each thread makes a function of.
    const optimizer = new RMSprop(model, { lr: 1e-3 });
    const pixels = Float32Array.from(new Generator(2).bits(32 * 784), (word) => word / 2 ** 32);
    const x = tensor(pixels, { shape: [32, 1, 28, 28] });
    const y = tensor(Int32Array.from({ length: 32 }, (_, i) => i % 10));
    return () => {
      const { loss, grads } = withBackend(backend, () => valueAndGrad(model, () => crossEntropy(model.forward(x), y)));
      withBackend(backend, () => optimizer.step(grads));
      return loss.item();
    };
  });
  const losses: number[] = [];
  for (let i = 0; i < 10; i++) losses.push(await steps());
  const { threads } = backend.capabilities;
  // The page is left as it is, so that its workers can be counted.
  return { threads, losses };
}

/** The text of the error that `wasm` gives. */
async function refusal(options: WasmOptions): Promise<string> {
  try {
    await wasm(options);
    return "";
  } catch (error) {
    return String(error);
  }
}

const tasks = { conformance, webgl2, swap, lostContext, training, refusal, images, decoding };
/** The tasks as the test sees them. */
export type Tasks = typeof tasks;

function run(name: keyof Tasks, values: unknown[]): Promise<unknown> {
  const task: (...values: never[]) => Promise<unknown> = tasks[name];
  return task(...(values as never[]));
}

const scope = globalThis as { runTask?: typeof run; WorkerGlobalScope?: unknown };
scope.runTask = run;
if (scope.WorkerGlobalScope !== undefined) {
  self.onmessage = async ({ data: [name, values] }) => self.postMessage(await run(name, values));
}
