import type { MemoryInfo } from "@nn/backend";
import { crossEntropy } from "@nn/layers";
import { Adam } from "@nn/optim";
import { type Backend, Generator, moveTo, scope, type Tensor, tensor, valueAndGrad, withBackend } from "@nn/tensor";
import type { Net } from "./nets.js";

export const batchSize = 8;

/** Plain arrays, so that they can be handed to a page. */
export interface Batch {
  /** `batchSize` images of 14 × 14 */
  readonly images: readonly number[];
  readonly labels: readonly number[];
}

/** What came of the steps on one backend, between two moves. */
export interface Leg {
  readonly on: string;
  /** Of each step. */
  readonly losses: readonly number[];
  /** What the backend holds more, after the training moved on, than before it came. */
  readonly left: Pick<MemoryInfo, "liveBuffers" | "liveBytes">;
}

/** What is trained, and how. */
export interface TourOptions {
  readonly net: (generator: Generator) => Net;
  /** Of Adam. */
  readonly lr: number;
  readonly batches: readonly Batch[];
  /** On each backend, between two moves. */
  readonly steps: number;
  /** Begins with an empty optimizer after each move: what a test of the comparison itself needs. */
  readonly forgetful?: boolean;
}

/** Trains one net on a list of backends in turn; model and optimizer move from each to the next. */
export async function tour(backends: readonly (readonly [string, Backend])[], options: TourOptions): Promise<Leg[]> {
  const { net, lr, batches, steps, forgetful } = options;
  const [[, start]] = backends;
  const before = start.memory();
  const model = withBackend(start, () => net(new Generator(5)));
  let optimizer = new Adam(model, { lr });
  const step = ({ images, labels }: Batch, backend: Backend): Tensor =>
    scope(() => {
      const x = tensor(Float32Array.from(images), { shape: [batchSize, 1, 14, 14], backend });
      const y = tensor(Int32Array.from(labels), { backend });
      const { loss, grads } = valueAndGrad(model, () => crossEntropy(model.forward(x), y));
      optimizer.step(grads);
      return loss;
    });

  const legs: Leg[] = [];
  let done = 0;
  let arrived = before;
  for (const [i, [on, backend]] of backends.entries()) {
    const losses: number[] = [];
    for (let k = 0; k < steps; k++) {
      const loss = step(batches[done++ % batches.length], backend);
      losses.push(await loss.item());
      loss.dispose();
    }
    const next = backends[i + 1];
    if (next === undefined) {
      legs.push({ on, losses, left: { liveBuffers: 0, liveBytes: 0 } });
      continue;
    }
    const target = next[1].memory();
    await moveTo(model, next[1]);
    await moveTo(optimizer, next[1]);
    if (forgetful) optimizer = new Adam(model, { lr });
    const { liveBuffers, liveBytes } = backend.memory();
    legs.push({
      on,
      losses,
      left: { liveBuffers: liveBuffers - arrived.liveBuffers, liveBytes: liveBytes - arrived.liveBytes },
    });
    arrived = target;
  }
  return legs;
}
