import { type Backend, Generator, isNNError, relu, scope, type Tensor, valueAndGrad, withBackend } from "@nn/tensor";
import { say } from "./say.js";

/** Makes what a step needs on the default backend, and gives the step; its result is read, so that it really ran. */
export type Trial = () => () => Tensor;

/** Steps that are not counted: kernels are compiled in them. */
const warmUp = 2;
/** So many are measured, or as many as half a second takes. */
const most = 10;
const enoughMs = 500;

/** Measures every backend that can be made, says what came of it, keeps the fastest and gives back the others. */
export async function pickBackend(
  candidates: readonly (readonly [name: string, make: () => Backend | Promise<Backend>])[],
  trial: Trial,
  write: (line: string) => void = say,
): Promise<Backend> {
  const measured: { name: string; backend: Backend; ms: number }[] = [];
  const missing: string[] = [];
  for (const [name, make] of candidates) {
    try {
      const backend = await make();
      measured.push({ name, backend, ms: await msPerStep(backend, trial) });
    } catch (error) {
      // Wherever a backend does not work, another one may.
      if (!isNNError(error)) throw error;
      missing.push(`${name} is not there: ${error.problem} (${error.fix})`);
    }
  }
  measured.sort((a, b) => a.ms - b.ms);
  const [fastest, ...others] = measured;
  for (const { backend } of others) await backend.dispose();
  const times = measured.map(({ name, ms }) => `${name} ${ms.toPrecision(3)} ms`);
  write(`Backend auto takes ${fastest.name}, the fastest here; a step takes: ${times.join(", ")}.`);
  for (const line of missing) write(line);
  return fastest.backend;
}

async function msPerStep(backend: Backend, trial: Trial): Promise<number> {
  const step = withBackend(backend, trial);
  const run = async () => {
    const result = withBackend(backend, () => scope(step));
    await result.data();
    result.dispose();
  };
  for (let i = 0; i < warmUp; i++) await run();
  const start = performance.now();
  let steps = 0;
  let elapsed = 0;
  while (steps < most && elapsed < enoughMs) {
    await run();
    steps++;
    elapsed = performance.now() - start;
  }
  await backend.synchronize();
  return elapsed / steps;
}

/** A step of a small net that apps without a trial of their own are measured by. */
export const smallStep: Trial = () => {
  const random = new Generator(1);
  const [x, a, b] = [
    [64, 256],
    [256, 256],
    [256, 64],
  ].map((shape) => random.normal(shape));
  return () => valueAndGrad([a, b], () => relu(x.matmul(a)).matmul(b).square().mean()).loss;
};
