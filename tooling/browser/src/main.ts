// What runs in the browser: a page or a Worker loads it as one script and asks for a task.
import type { Backend } from "@nn/backend";
import { cpu } from "@nn/backend-cpu";
import { type WasmOptions, wasm } from "@nn/backend-wasm";
import { Conv2d, MaxPool2d } from "@nn/conv";
import { crossEntropy, flatten, Linear, relu, Sequential } from "@nn/layers";
import { Adam } from "@nn/optim";
import { Generator, manualSeed, tensor, valueAndGrad, withBackend } from "@nn/tensor";
import { testBackend } from "@nn/testing";
import { suites } from "@nn-tooling/conformance/suites";
import { wasmTolerances } from "@nn-tooling/conformance/wasm-tolerances";
import { decoding, images } from "./data.js";

/** What a run of `testBackend` came to. */
export interface Report {
  readonly threads: number;
  readonly passed: number;
  readonly failures: readonly string[];
}

/** Runs everything that `testBackend` registers. */
async function conformance(backend: "cpu" | "wasm", options: WasmOptions): Promise<Report> {
  const tests: [name: string, fn: () => void | Promise<void>][] = [];
  let group = "";
  let made: Backend | undefined;
  const make = async () => (made = backend === "cpu" ? cpu() : await wasm(options));
  await testBackend(make, {
    suites,
    // The oracle itself is checked where it is the backend.
    trustOracle: backend === "wasm",
    tolerances: backend === "wasm" ? wasmTolerances : {},
    describe(name, fn) {
      const outer = group;
      group = `${outer}${name} > `;
      fn();
      group = outer;
    },
    it: (name, fn) => void tests.push([group + name, fn]),
  });
  const failures: string[] = [];
  for (const [name, fn] of tests) {
    try {
      await fn();
    } catch (error) {
      failures.push(`${name}: ${error}`);
    }
  }
  return { threads: made?.capabilities.threads ?? 0, passed: tests.length - failures.length, failures };
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
      new Linear(16 * 13 * 13, 10),
    );
    const optimizer = new Adam(model, { lr: 1e-2 });
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

const tasks = { conformance, training, refusal, images, decoding };
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
