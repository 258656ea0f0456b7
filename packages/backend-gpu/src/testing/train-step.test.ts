import type { Backend, TypedArray } from "@nn/backend";
import { cpu } from "@nn/backend-cpu";
import { describe, expect, it } from "vitest";
import { backendOver } from "../backend-over.js";
import { rows, upload } from "./dispatch.js";
import { random } from "./harness.js";
import { type HostModel, referenceStep } from "./reference.js";
import { modes, TestEngine } from "./test-engine.js";
import { type Model, trainStep } from "./train-step.js";

const [inputs, hidden, classes, batch, steps] = [6, 10, 4, 8, 20];
const learningRate = 0.3;

function problem() {
  const next = random(21);
  const floats = (length: number, scale: number) => Float32Array.from({ length }, () => next(-scale, scale));
  const x = floats(steps * batch * inputs, 1);
  // Learnable: the class is where the largest of the first inputs is.
  const labels = Int32Array.from({ length: steps * batch }, (_, n) => {
    const row = x.subarray(n * inputs, n * inputs + classes);
    return row.indexOf(Math.max(...row));
  });
  const w1 = floats(inputs * hidden, 0.6);
  const w2 = floats(hidden * classes, 0.6);
  return { x, labels, w1, b1: floats(hidden, 0.1), w2, b2: floats(classes, 0.1) };
}

interface Trace {
  readonly losses: number[];
  readonly correct: number[];
  readonly parameters: readonly (readonly number[])[];
}

function reference(): Trace {
  const { x, labels, ...start } = problem();
  const f64 = (data: Float32Array) => Float64Array.from(data);
  const model: HostModel = { w1: f64(start.w1), b1: f64(start.b1), w2: f64(start.w2), b2: f64(start.b2) };
  const results = Array.from({ length: steps }, (_, s) => {
    const from = s * batch;
    const rowsOfX = x.subarray(from * inputs, (from + batch) * inputs);
    return referenceStep(model, rowsOfX, labels.subarray(from, from + batch), learningRate);
  });
  return {
    losses: results.map(({ loss }) => loss),
    correct: results.map(({ correct }) => correct),
    parameters: [model.w1, model.b1, model.w2, model.b2].map((p) => Array.from(p)),
  };
}

/** Trains through nothing but the contract, then gives everything back. */
async function train(backend: Backend): Promise<Trace> {
  const base = backend.memory();
  const { x, labels, ...start } = problem();
  const data = upload(backend, "f32", [steps * batch, inputs], x);
  const targets = upload(backend, "i32", [steps * batch], labels);
  let model: Model = {
    w1: upload(backend, "f32", [inputs, hidden], start.w1),
    b1: upload(backend, "f32", [hidden], start.b1),
    w2: upload(backend, "f32", [hidden, classes], start.w2),
    b2: upload(backend, "f32", [classes], start.b2),
  };
  const losses: Promise<TypedArray>[] = [];
  const correct: Promise<TypedArray>[] = [];
  for (let s = 0; s < steps; s++) {
    const step = trainStep(backend, model, rows(data, s * batch, batch), rows(targets, s * batch, batch), learningRate);
    model = step.model;
    // No await within the loop: reads and frees are ordered by the backend.
    losses.push(backend.read(step.loss.buffer));
    correct.push(backend.read(step.correct.buffer));
    backend.free(step.loss.buffer);
    backend.free(step.correct.buffer);
  }
  const parameters = [model.w1, model.b1, model.w2, model.b2];
  const values = await Promise.all(parameters.map(({ buffer }) => backend.read(buffer)));
  for (const { buffer } of [...parameters, data, targets]) backend.free(buffer);
  await backend.synchronize();
  const { liveBytes, liveBuffers } = backend.memory();
  expect({ liveBytes, liveBuffers }).toEqual({ liveBytes: base.liveBytes, liveBuffers: base.liveBuffers });
  const firsts = async (reads: Promise<TypedArray>[]) => (await Promise.all(reads)).map(([value]) => value);
  return { losses: await firsts(losses), correct: await firsts(correct), parameters: values.map((v) => Array.from(v)) };
}

function expectSame(actual: Trace, wanted: Trace): void {
  const flat = (trace: Trace) => [...trace.losses, ...trace.parameters.flat()];
  const differences = flat(actual).map((v, i) => Math.abs(v - flat(wanted)[i]));
  expect(Math.max(...differences)).toBeLessThan(1e-5);
  expect(actual.correct).toEqual(wanted.correct);
}

describe("a training step through the contract alone", () => {
  it("learns", () => {
    const { losses } = reference();
    expect(losses[steps - 1]).toBeLessThan(0.8 * losses[0]);
  });

  it.each(modes)("gives the numbers of plain f64 loops over 20 steps, and all memory back, in %s mode", async (mode) =>
    expectSame(await train(backendOver(new TestEngine(mode))), reference()),
  );

  it("gives the same numbers on the CPU backend", async () => {
    const onCpu = await train(cpu());
    expectSame(onCpu, reference());
    for (const mode of modes) expectSame(await train(backendOver(new TestEngine(mode))), onCpu);
  });
});
