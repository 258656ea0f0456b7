import { type Backend, type Kernel, sizeOf, UnsupportedError } from "@nn/backend";

/**
 * The kernel `"acme.swish"` for any backend that can read at once, such as `cpu()` and `wasm()`: one loop on the host.
 *
 * @throws UnsupportedError where the backend cannot.
 */
export function cpuSwish(backend: Backend): Kernel<undefined> {
  const { readSync } = backend;
  if (readSync === undefined) {
    throw new UnsupportedError({
      where: "cpuSwish",
      problem: `the backend "${backend.name}" cannot read at once`,
      fix: "use gpuSwish for the backends of gpu()",
    });
  }
  return {
    dense: true,
    run({ inputs: [x], outputs: [y], scalars: [beta] }) {
      const values = readSync.call(backend, x.buffer, { start: 0, end: sizeOf(x.shape) });
      for (let i = 0; i < values.length; i++) values[i] /= 1 + Math.exp(-beta * values[i]);
      backend.write(y.buffer, values);
    },
  };
}
