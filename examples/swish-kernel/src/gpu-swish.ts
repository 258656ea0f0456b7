import { type Backend, type Kernel, sizeOf } from "@nn/backend";
import { engineOf } from "@nn/backend-gpu";

/** The kernel `"acme.swish"` for a backend that `gpu()` of @nn/backend-gpu made; runs on all its engines. */
export function gpuSwish(backend: Backend): Kernel<undefined> {
  const engine = engineOf(backend);
  return {
    // The dispatcher hands over inputs that are row-major and begin at element 0.
    dense: true,
    run({ inputs, outputs: [output], scalars }) {
      engine.run({
        key: "acme.swish",
        // In the part of JavaScript that gpu.js translates; asked for once. `this.thread.x` is the output's element.
        program: () => ({
          arrays: ["a"],
          integers: [],
          floats: ["beta"],
          body: "const x=a[this.thread.x];return x/(1.0+Math.exp(-beta*x));",
        }),
        inputs,
        output,
        length: sizeOf(output.shape),
        integers: [],
        floats: scalars,
      });
    },
  };
}
