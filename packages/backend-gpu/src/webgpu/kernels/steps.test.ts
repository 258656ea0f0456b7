import type { Backend, Kernel, Operand } from "@nn/backend";
import { fusedCpu } from "@nn/backend-cpu/fused";
import { it } from "vitest";
import { upload } from "../../testing/dispatch.js";
import { random } from "../../testing/harness.js";
import { describeOnDevice } from "../../testing/test-on-device.js";
import { expectClose } from "../../testing/test-same-as-cpu.js";

interface Steps<A> {
  /** Tensors of a parameter that are moved: itself and its state. */
  readonly moved: number;
  readonly attrs: A;
  scalars(step: number): readonly number[];
}

const sizes = [1, 5, 64, 300];

/** Three steps, in which all but the gradients are overwritten, or copied the first time. */
async function train<A>(backend: Backend, kernel: Kernel<A>, inPlace: boolean, { moved, attrs, scalars }: Steps<A>) {
  const next = random(23);
  const floats = (n: number, low: number) =>
    upload(
      backend,
      "f32",
      [n],
      Float32Array.from({ length: n }, () => next(low, 1)),
    );
  // The state is not negative.
  const parameters = sizes.map((n) => Array.from({ length: moved }, (_, k) => floats(n, k === 0 ? -1 : 0)));
  const empty = (n: number) => upload(backend, "f32", [n], new Float32Array(n));
  const results = inPlace ? parameters : sizes.map((n) => Array.from({ length: moved }, () => empty(n)));
  const gradients: Operand[] = [];
  for (let step = 1; step <= 3; step++) {
    const before = step === 1 ? parameters : results;
    const now = sizes.map((n) => floats(n, -1));
    gradients.push(...now);
    const inputs = before.flatMap(([p, ...state], i) => [p, now[i], ...state]);
    kernel.run({ inputs, outputs: results.flat(), attrs, scalars: scalars(step), saved: [] });
  }
  const values = await Promise.all(results.flat().map(async ({ buffer }) => [...(await backend.read(buffer))]));
  for (const { buffer } of new Set([...parameters.flat(), ...results.flat(), ...gradients])) backend.free(buffer);
  return values.flat();
}

describeOnDevice("optimizer steps in WGSL", (backend) => {
  const sgd = (moved: number, nesterov: boolean) => ({
    moved,
    attrs: { nesterov, hasMomentum: moved === 2 },
    scalars: (step: number) => [0.1 / step, 0.9, nesterov ? 0 : 0.2, 0.01, Number(step === 1)],
  });
  const adam = (amsgrad: boolean, decoupled: boolean) => ({
    moved: amsgrad ? 4 : 3,
    attrs: { amsgrad, decoupled },
    scalars: (step: number) => [0.1 / step, 0.9, 0.99, 1e-8, 0.01, step],
  });

  it.each([
    ["sgd", sgd(1, false)],
    ["momentum", sgd(2, false)],
    ["nesterov", sgd(2, true)],
  ])("sgdStep: %s, in place and not", async (_, steps) => {
    const oracle = fusedCpu();
    const wanted = await train(oracle, oracle.kernels.sgdStep!, false, steps);
    for (const inPlace of [true, false]) {
      expectClose(await train(backend(), backend().kernels.sgdStep!, inPlace, steps), wanted);
    }
  });

  it.each([
    ["adam", adam(false, false)],
    ["adamw", adam(false, true)],
    ["amsgrad", adam(true, false)],
  ])("adamStep: %s, in place and not", async (_, steps) => {
    const oracle = fusedCpu();
    const wanted = await train(oracle, oracle.kernels.adamStep!, false, steps);
    for (const inPlace of [true, false]) {
      expectClose(await train(backend(), backend().kernels.adamStep!, inPlace, steps), wanted);
    }
  });
});
