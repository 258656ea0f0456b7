import { type Backend, Gradients, getBackend, Parameter, type Tensor, tensor, withBackend } from "@nn/tensor";
import { CheckError } from "./check-error.js";
import { differenceRows, findDifference, type Tolerance } from "./compare.js";
import type { GoldenCase, GoldenTensor } from "./goldens.js";

/** Makes an optimizer for parameters, with the options of a golden. */
export type TrajectoryOptimizer = (
  params: Parameter[],
  options: Readonly<Record<string, unknown>>,
) => { step(grads: Gradients): void };

/** Where a trajectory runs, and how far it may be off. */
export interface TrajectoryOptions extends Tolerance {
  /** Default: the current one. */
  readonly backend?: Backend;
  /** Default "f64", where the backend has it, else "f32". */
  readonly dtype?: "f32" | "f64";
}

/**
 * Takes the steps of a golden and compares the parameters after each: inputs `p0`, `p1`, … are the parameters, row i
 * of `g0`, `g1`, … their gradients in step i, row i of the outputs `p0`, `p1`, … the parameters after it. The default
 * tolerance is 1e-10 in f64 and 2e-5 in f32, where every step rounds.
 *
 * @throws CheckError that names the case, the step and the worst element.
 *
 * @example
 * ```ts
 * import { SGD } from "@nn/optim";
 * import { expectTrajectory } from "@nn/testing";
 * import { loadGolden } from "@nn/testing/node";
 *
 * for (const golden of loadGolden("optim").cases) {
 *   if (golden.op !== "sgd") continue;
 *   await expectTrajectory(golden, (params, options) => new SGD(params, options as { lr: number }));
 * }
 * ```
 */
export async function expectTrajectory(
  golden: GoldenCase,
  makeOptimizer: TrajectoryOptimizer,
  options: TrajectoryOptions = {},
): Promise<void> {
  const { backend = getBackend() } = options;
  const dtype = options.dtype ?? (backend.capabilities.dtypes.includes("f64") ? "f64" : "f32");
  const tolerance = { rtol: dtype === "f64" ? 1e-10 : 2e-5, ...options };
  const make = ({ data, shape }: GoldenTensor) => tensor(data, { dtype, shape, backend });

  const names = Object.keys(golden.outputs);
  const params = names.map((name) => new Parameter(make(golden.inputs[name])));
  const optimizer = withBackend(backend, () => makeOptimizer(params, golden.options));
  for (let step = 0; step < golden.outputs[names[0]].shape[0]; step++) {
    const gradients = params.map((p, i): [Tensor, Tensor] => [
      p,
      make(row(golden.inputs[names[i].replace("p", "g")], step)),
    ]);
    withBackend(backend, () => optimizer.step(new Gradients(new Map(gradients))));
    for (const [i, name] of names.entries()) {
      const expected = row(golden.outputs[name], step);
      const difference = findDifference(await params[i].data(), expected.data, tolerance);
      if (difference === null) continue;
      const problem = `${name} differs after step ${step + 1}`;
      throw new CheckError(`${golden.op}, "${golden.name}"`, problem, differenceRows(difference, expected.shape));
    }
  }
}

function row({ data, shape, dtype }: GoldenTensor, index: number): GoldenTensor {
  const size = data.length / shape[0];
  return { dtype, shape: shape.slice(1), data: data.slice(index * size, (index + 1) * size) };
}
