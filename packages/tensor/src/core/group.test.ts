import type { Kernel } from "@nn/backend";
import { extend, sizeOf } from "@nn/backend";
import { cpu } from "@nn/backend-cpu";
import { expect, test } from "vitest";
import { tensor } from "../create/tensor.js";
import { defineOp } from "./op.js";
import { withBackend } from "./runtime.js";

// `[p, g]` -> `[p]`, or with a memory `[p, g, m]` -> `[p, m]`: the attributes decide the size of a group.
const step = defineOp<{ readonly memory: boolean }>({
  name: "test.step",
  group: ({ memory }) => (memory ? { inputs: 3, outputs: 2 } : { inputs: 2, outputs: 1 }),
  infer: (inputs, { memory }) => inputs.filter((_, i) => (memory ? i % 3 !== 1 : i % 2 === 0)),
  vjp: null,
});

function backendThatTakes(maxInputs: number) {
  const calls: number[] = [];
  const kernel: Kernel<{ readonly memory: boolean }> = {
    inPlace: [
      [0, 0],
      [2, 1],
    ],
    run({ inputs, outputs, attrs }) {
      calls.push(inputs.length);
      const taken = attrs.memory ? 3 : 2;
      for (let i = 0, o = 0; i < inputs.length; i += taken, o += attrs.memory ? 2 : 1) {
        const p = backend.readSync!(inputs[i]!.buffer);
        const g = backend.readSync!(inputs[i + 1]!.buffer);
        const size = sizeOf(outputs[o]!.shape);
        backend.write(outputs[o]!.buffer, p.map((value, at) => value - g[at]!).subarray(0, size));
        if (attrs.memory) backend.write(outputs[o + 1]!.buffer, g.subarray(0, size));
      }
    },
  };
  const base = cpu();
  const limited = { ...base, capabilities: { ...base.capabilities, maxInputs } };
  const backend = extend(limited, { "test.step": kernel as Kernel });
  return { backend, calls };
}

for (const memory of [false, true]) {
  test(`groups that the attributes decide reuse what was donated, ${memory ? "three" : "two"} inputs each`, () => {
    const { backend, calls } = backendThatTakes(6);
    withBackend(backend, () => {
      const inputs = Array.from({ length: 4 }, (_, i) => [
        tensor([i, i]),
        tensor([1, 2]),
        ...(memory ? [tensor([0, 0])] : []),
      ]).flat();
      const size = memory ? 3 : 2;
      const donated = inputs.map((_, i) => i).filter((i) => i % size !== 1);
      const buffers = donated.map((i) => inputs[i]!.buffer);
      const outputs = step.callAll(inputs, { memory }, { donate: donated });
      expect(outputs.map((output) => output.buffer)).toEqual(buffers);
      expect(outputs.every((output, i) => output.buffer === buffers[i])).toBe(true);
      const steps = outputs.filter((_, i) => !memory || i % 2 === 0).map((output) => [...output.dataSync()]);
      expect(steps).toEqual([0, 1, 2, 3].map((i) => [i - 1, i - 2]));
      // Six inputs at most a call.
      expect(calls).toEqual(memory ? [6, 6] : [6, 2]);
    });
  });
}
