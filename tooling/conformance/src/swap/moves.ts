import type { Backend } from "@nn/backend";
import { cpu } from "@nn/backend-cpu";
import { type Batch, type Leg, tour } from "./tour.js";
import type { Training } from "./trainings.js";

/**
 * How far a loss (2.3 at the start) may be from the oracle's. Backends sum in different orders, so each step may differ
 * by rounding, some 1e-7, and Adam carries that on into the weights. Seen in 350 steps: 6e-7 on the CPUs and on the
 * software driver. A GPU that contracts a·b+c or approximates exp is given a hundred times as much; an optimizer
 * state that is lost on the way costs a hundred times that, as swap.test.ts checks. It holds where the training is
 * stable: the LSTM at three times its rate makes 1e-3 of the same rounding, wherever it runs.
 */
export const tolerance = 1e-4;

/** What moving once did. */
export interface Move extends Pick<Leg, "left"> {
  readonly from: string;
  readonly to: string;
  /** The largest difference of a loss from the oracle's, on either side. */
  readonly farthest: number;
}

/** What a training along a route came to. Plain data, so that a page or a process can hand it out. */
export interface Moved {
  /** The losses of the oracle alone. */
  readonly reference: readonly number[];
  readonly moves: readonly Move[];
}

/** Trains along a route, and on the oracle alone. */
export async function movesAlong(
  route: readonly (readonly [name: string, backend: Backend])[],
  { net, lr, steps }: Training,
  batches: readonly Batch[],
): Promise<Moved> {
  const [{ losses: reference }] = await tour([["cpu", cpu()]], { net, lr, batches, steps: steps * route.length });
  const legs = await tour(route, { net, lr, batches, steps });
  const distance = (i: number) => farthest(legs[i].losses, reference.slice(i * steps, (i + 1) * steps));
  const moves = legs.slice(1).map(({ on }, i) => ({
    from: legs[i].on,
    to: on,
    farthest: Math.max(distance(i), distance(i + 1)),
    left: legs[i].left,
  }));
  return { reference, moves };
}

export function farthest(losses: readonly number[], expected: readonly number[]): number {
  // A loss that is not a number is as far off as can be.
  const distances = losses.map((loss, i) => Math.abs(loss - expected[i]));
  return distances.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(...distances);
}
