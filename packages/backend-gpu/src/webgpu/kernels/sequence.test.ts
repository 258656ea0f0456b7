import type { Backend, FusedKernels, Shape } from "@nn/backend";
import { cpu } from "@nn/backend-cpu";
import { fusedKernels } from "@nn/backend-cpu/fused";
import { it } from "vitest";
import { type Host, host, random } from "../../testing/harness.js";
import { describeOnDevice } from "../../testing/test-on-device.js";
import { callAll, expectSameAsCpu } from "../../testing/test-same-as-cpu.js";

// More sequences and units than a tile has, more units than are multiplied at a time.
const [n, t, h] = [19, 5, 37];
const settings = [
  { reverse: false, lengths: false },
  { reverse: true, lengths: false },
  { reverse: false, lengths: true },
  { reverse: true, lengths: true },
];

describeOnDevice("recurrent layers in WGSL, beyond a tile", (backend) => {
  const next = random(13);
  const floats = (...shape: readonly number[]) => host("f32", shape, () => next(-1, 1));
  const weights = (gates: number) => host("f32", [gates * h, h], () => next(-0.3, 0.3));
  const some = host("i32", [n], (i) => i % (t + 1));
  const f32 = (...shapes: readonly Shape[]) => shapes.map((shape) => ({ dtype: "f32", shape }) as const);
  const oracle: Backend = cpu();
  const asHost = (values: readonly number[], ...shape: readonly number[]) => host("f32", shape, (i) => values[i]);
  const forward = (kernel: FusedKernels["lstmSequence"], inputs: readonly Host[], reverse: boolean, shapes: Shape[]) =>
    callAll(oracle, kernel, { inputs, outputs: f32(...shapes), attrs: { reverse, save: true } });

  it.each(settings)("rnnSequence, reverse $reverse, lengths $lengths", async ({ reverse, lengths }) => {
    const rest = lengths ? [some] : [];
    const [x, weight, h0] = [floats(n, t, h), weights(1), floats(n, h)];
    for (const activation of ["tanh", "relu"] as const) {
      const attrs = { reverse, activation };
      const outputs = f32([n, t, h], [n, h]);
      const call = { inputs: [x, weight, h0, ...rest], outputs, attrs };
      await expectSameAsCpu(backend(), ({ kernels }) => kernels.rnnSequence, call);
      const [y] = await callAll(oracle, fusedKernels.rnnSequence, call);
      await expectSameAsCpu(backend(), ({ kernels }) => kernels.rnnSequenceGrad, {
        inputs: [weight, h0, asHost(y, n, t, h), floats(n, t, h), floats(n, h), ...rest],
        outputs: f32([n, t, h], [h, h], [n, h]),
        attrs,
      });
    }
  });

  it.each(settings)("lstmSequence, reverse $reverse, lengths $lengths", async ({ reverse, lengths }) => {
    const rest = lengths ? [some] : [];
    const [x, weight, h0, c0] = [floats(n, t, 4 * h), weights(4), floats(n, h), floats(n, h)];
    const inputs = [x, weight, h0, c0, ...rest];
    await expectSameAsCpu(backend(), ({ kernels }) => kernels.lstmSequence, {
      inputs,
      outputs: f32([n, t, h], [n, h], [n, h]),
      attrs: { reverse, save: false },
    });
    const shapes: Shape[] = [
      [n, t, h],
      [n, h],
      [n, h],
      [n, t, 4 * h],
      [n, t, h],
    ];
    const [y, , , gates, cells] = await forward(fusedKernels.lstmSequence, inputs, reverse, shapes);
    const saved = [asHost(y, n, t, h), asHost(gates, n, t, 4 * h), asHost(cells, n, t, h)];
    await expectSameAsCpu(backend(), ({ kernels }) => kernels.lstmSequenceGrad, {
      inputs: [weight, h0, c0, ...saved, floats(n, t, h), floats(n, h), floats(n, h), ...rest],
      outputs: f32([n, t, 4 * h], [4 * h, h], [n, h], [n, h]),
      attrs: { reverse },
    });
  });

  it.each(settings)("gruSequence, reverse $reverse, lengths $lengths", async ({ reverse, lengths }) => {
    const rest = lengths ? [some] : [];
    const [x, weight, bias, h0] = [floats(n, t, 3 * h), weights(3), floats(3 * h), floats(n, h)];
    const inputs = [x, weight, bias, h0, ...rest];
    await expectSameAsCpu(backend(), ({ kernels }) => kernels.gruSequence, {
      inputs,
      outputs: f32([n, t, h], [n, h]),
      attrs: { reverse, save: false },
    });
    const shapes: Shape[] = [
      [n, t, h],
      [n, h],
      [n, t, 3 * h],
      [n, t, h],
    ];
    const [y, , gates, shares] = await forward(fusedKernels.gruSequence, inputs, reverse, shapes);
    const saved = [asHost(y, n, t, h), asHost(gates, n, t, 3 * h), asHost(shares, n, t, h)];
    await expectSameAsCpu(backend(), ({ kernels }) => kernels.gruSequenceGrad, {
      inputs: [weight, h0, ...saved, floats(n, t, h), floats(n, h), ...rest],
      outputs: f32([n, t, 3 * h], [3 * h, h], [3 * h], [n, h]),
      attrs: { reverse },
    });
  });
});
