import type { Kernel } from "@nn/backend";
import { extend } from "@nn/backend";
import { cpu } from "@nn/backend-cpu";
import { describe, expect, it } from "vitest";
import { defineOp, mul, tensor, valueAndGrad, withBackend } from "../index.js";

// y = x³; a fused forward may leave x² for its gradient kernel.
const cubeGrad = defineOp({
  name: "test.cubeGrad",
  infer: ([x]) => x!,
  composed: ([x, g]) => mul(mul(mul(x!, x!), 3), g!),
});
const cube = defineOp({
  name: "test.cube",
  infer: ([x]) => x!,
  composed: ([x]) => mul(mul(x!, x!), x!),
  gradient: "test.cubeGrad",
  vjp: ({ g, inputs: [x], saved }) => [cubeGrad.call([x!, g], undefined, { saved })],
});

function backendThatSaves(options: { gradientAccepts: boolean }) {
  const ran: string[] = [];
  const base = cpu();
  const forward: Kernel = {
    saved: ([x]) => [{ dtype: x!.dtype, length: x!.shape[0]! }],
    run({ inputs: [x], outputs: [y], saved: [squares] }) {
      ran.push(squares === undefined ? "forward" : "forward that saves");
      const values = base.readSync!(x!.buffer);
      if (squares !== undefined)
        base.write(
          squares,
          values.map((value) => value * value),
        );
      base.write(
        y!.buffer,
        values.map((value) => value ** 3),
      );
    },
  };
  const gradient: Kernel = {
    dense: true,
    accepts: () => options.gradientAccepts,
    run({ inputs: [, g], outputs: [dx], saved: [squares] }) {
      ran.push("gradient from saved");
      const arrived = base.readSync!(g!.buffer);
      base.write(
        dx!.buffer,
        base.readSync!(squares!).map((value, i) => 3 * value * arrived[i]!),
      );
    },
  };
  return { backend: extend(base, { "test.cube": forward, "test.cubeGrad": gradient }), ran };
}

describe("kernels that save", () => {
  it("hand their buffers to the gradient kernel while recording, and give them back", async () => {
    const { backend, ran } = backendThatSaves({ gradientAccepts: true });
    const x = tensor([1, 2], { backend });
    const gradientAt = () => withBackend(backend, () => valueAndGrad(x, () => cube.call([x], undefined).sum()));
    const { grads } = gradientAt();
    expect(await grads.get(x).array()).toEqual([3, 12]);
    expect(ran).toEqual(["forward that saves", "gradient from saved"]);
    const before = backend.memory().liveBuffers;
    const again = gradientAt();
    again.grads.dispose();
    again.loss.dispose();
    expect(backend.memory().liveBuffers).toBe(before);
  });

  it("save nothing outside of a recording", () => {
    const { backend, ran } = backendThatSaves({ gradientAccepts: true });
    withBackend(backend, () => cube.call([tensor([1, 2], { backend })], undefined));
    expect(ran).toEqual(["forward"]);
  });

  it("give way to the composed form where their gradient kernel does not take the call", async () => {
    const { backend, ran } = backendThatSaves({ gradientAccepts: false });
    const x = tensor([1, 2], { backend });
    const { grads } = withBackend(backend, () => valueAndGrad(x, () => cube.call([x], undefined).sum()));
    expect(await grads.get(x).array()).toEqual([3, 12]);
    expect(ran).toEqual([]);
  });
});
