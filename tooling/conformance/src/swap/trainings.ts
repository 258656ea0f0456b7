import type { Generator } from "@nn/tensor";
import { lenet, type Net, rowReader } from "./nets.js";

/** A training that moves from backend to backend. */
export interface Training {
  readonly title: string;
  readonly net: (generator: Generator) => Net;
  /** Of Adam. */
  readonly lr: number;
  /** On each backend, between two moves. */
  readonly steps: number;
}

export const trainings: readonly Training[] = [
  { title: "a small LeNet", net: lenet, lr: 3e-3, steps: 50 },
  // On WebGL, without a kernel for sequences, each step is hundreds of calls; a software driver takes its time for each.
  { title: "an LSTM", net: rowReader, lr: 5e-3, steps: 30 },
];
