import type { Backend, FusedKernels, Kernel, KernelTable, RequiredKernels } from "@nn/backend";

// Records instead of lists: the compiler then asks for every name of the contract.
const required: Readonly<Record<keyof RequiredKernels, true>> = {
  fill: true,
  copy: true,
  concat: true,
  cast: true,
  unary: true,
  binary: true,
  where: true,
  reduce: true,
  argReduce: true,
  matmul: true,
  gather: true,
  scatterAdd: true,
};
const fused: Readonly<Record<keyof FusedKernels, true>> = {
  linear: true,
  reluGrad: true,
  conv2d: true,
  conv2dGradInput: true,
  conv2dGradWeight: true,
  maxPool2d: true,
  maxPool2dGrad: true,
  avgPool2d: true,
  avgPool2dGrad: true,
  softmax: true,
  logSoftmax: true,
  batchNorm: true,
  batchNormGrad: true,
  rmsNorm: true,
  rmsNormGrad: true,
  scaleShift: true,
  layerNorm: true,
  layerNormGrad: true,
  gelu: true,
  geluGrad: true,
  silu: true,
  siluGrad: true,
  dropout: true,
  embeddingGrad: true,
  elementwise: true,
  softmaxCrossEntropy: true,
  softmaxCrossEntropyGrad: true,
  sgdStep: true,
  adamStep: true,
  rnnSequence: true,
  rnnSequenceGrad: true,
  lstmSequence: true,
  lstmSequenceGrad: true,
  gruSequence: true,
  gruSequenceGrad: true,
};

/** Names of the 12 kernels that every backend has. */
export const requiredKernelNames = Object.keys(required) as readonly (keyof RequiredKernels)[];
/** Names of the project's optional kernels. */
export const fusedKernelNames = Object.keys(fused) as readonly (keyof FusedKernels)[];

/** The kernels of a backend by name, inherited ones included. */
export function kernelsOf(backend: Backend): Map<string, Kernel> {
  const found = new Map<string, Kernel>();
  for (const name in backend.kernels) {
    const kernel: Kernel | undefined = backend.kernels[name as "a.b"];
    if (kernel !== undefined) found.set(name, kernel);
  }
  return found;
}

/** A backend with other kernels that shares the buffers of the original. */
export function withKernels(backend: Backend, kernels: KernelTable): Backend {
  return Object.create(backend, {
    kernels: { value: kernels, enumerable: true },
    base: { value: backend },
  }) as Backend;
}

/** The backend without its optional kernels: every op that is not required runs composed. */
export function plain(backend: Backend): Backend {
  const { fill, copy, concat, cast, unary, binary, where, reduce, argReduce, matmul, gather, scatterAdd } =
    backend.kernels;
  const kept = { fill, copy, concat, cast, unary, binary, where, reduce, argReduce, matmul, gather, scatterAdd };
  return withKernels(backend, kept);
}

/** The backend, noting the name of every kernel that runs. */
export function traced(backend: Backend, ran: Set<string>): Backend {
  const noting = mapKernels(backend, (name, kernel) => ({
    ...kernel,
    run(io) {
      ran.add(name);
      kernel.run(io);
    },
  }));
  return withKernels(backend, noting);
}

/** A table with every kernel of the backend replaced. `replace` gets kernels that can be spread. */
export function mapKernels(backend: Backend, replace: (name: string, kernel: Kernel) => Kernel): KernelTable {
  const replaced = [...kernelsOf(backend)].map(([name, kernel]) => [name, replace(name, bound(kernel))] as const);
  return Object.assign({}, backend.kernels, Object.fromEntries(replaced));
}

/**
 * A backend without optional kernels that notes which ones were asked for: its optional kernels exist under every name
 * and accept nothing.
 */
export function asking(backend: Backend, asked: Set<string>): Backend {
  const table = new Proxy(plain(backend).kernels, {
    get(target, name, receiver) {
      if (typeof name !== "string" || name === "undefined" || name in target)
        return Reflect.get(target, name, receiver);
      const refuse: Kernel = {
        run() {},
        accepts() {
          asked.add(name);
          return false;
        },
      };
      return refuse;
    },
  });
  return withKernels(backend, table);
}

/** A kernel's properties as own ones: methods may come from a class. */
function bound(kernel: Kernel): Kernel {
  const { inPlace, group, dense } = kernel;
  return {
    run: (io) => kernel.run(io),
    ...(kernel.accepts === undefined ? {} : { accepts: kernel.accepts.bind(kernel) }),
    ...(kernel.saved === undefined ? {} : { saved: kernel.saved.bind(kernel) }),
    ...(inPlace === undefined ? {} : { inPlace }),
    ...(group === undefined ? {} : { group }),
    ...(dense === undefined ? {} : { dense }),
  };
}
