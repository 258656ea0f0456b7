import {
  type Backend,
  type DType,
  getBackend,
  isTensor,
  type Tensor,
  tensor,
  valueAndGrad,
  withBackend,
} from "@nn/tensor";
import { CheckError } from "./check-error.js";
import { differenceRows, findDifference, type Tolerance } from "./compare.js";
import type { GoldenCase, GoldenTensor } from "./goldens.js";

/** What a golden run gives: the outputs by the golden's names, or one tensor for `y`. */
export type GoldenRun = (
  inputs: Readonly<Record<string, Tensor>>,
  options: Readonly<Record<string, unknown>>,
) => Tensor | Readonly<Record<string, Tensor>>;

/** Where a golden runs, what is compared, and what is allowed. */
export interface GoldenOptions extends Tolerance {
  /** Default: the current one. */
  readonly backend?: Backend;
  /** Dtype of the float inputs. Default "f64", where the backend has it, else "f32". */
  readonly dtype?: "f32" | "f64";
  /** Outputs of the golden that are not compared, such as the indices of a maximum: the written reason for each. */
  readonly ignore?: Readonly<Record<string, string>>;
  /** No gradient is compared: the written reason. */
  readonly noGradient?: string;
}

/**
 * Runs an op on a golden's inputs and compares its outputs, and the gradients that arrive for the golden's cotangents,
 * with PyTorch's. The default tolerance is 1e-9 in f64 and 1e-5 in f32.
 *
 * @param run calls the op; gets the inputs by name and the options, and returns the outputs by name (a single tensor: `y`)
 * @throws CheckError that names the case, the output or gradient, and the worst element.
 *
 * @example
 * ```ts
 * import { sigmoid } from "@nn/tensor";
 * import { expectGolden } from "@nn/testing";
 * import { loadGolden } from "@nn/testing/node";
 *
 * for (const golden of loadGolden("elementwise").cases) {
 *   if (golden.op === "sigmoid") await expectGolden(golden, ({ x }) => sigmoid(x));
 * }
 * ```
 */
export async function expectGolden(golden: GoldenCase, run: GoldenRun, options: GoldenOptions = {}): Promise<void> {
  const { backend = getBackend() } = options;
  const dtype = options.dtype ?? (backend.capabilities.dtypes.includes("f64") ? "f64" : "f32");
  const tolerance = { rtol: dtype === "f64" ? 1e-9 : 1e-5, ...options };
  const names = Object.keys(golden.outputs).filter((name) => options.ignore?.[name] === undefined);
  const wanted = options.noGradient === undefined ? Object.keys(golden.grads) : [];
  const inputs = mapValues(golden.inputs, (value) => make(value, dtype, backend));
  const call = () => {
    const result = run(inputs, golden.options);
    return isTensor(result) ? { y: result } : result;
  };

  let outputs: Readonly<Record<string, Tensor>>;
  const gradients: Record<string, Tensor> = {};
  if (wanted.length === 0) {
    outputs = withBackend(backend, call);
  } else {
    const targets = wanted.map((name) => inputs[name]);
    const result = withBackend(backend, () =>
      valueAndGrad(targets, () => {
        const called = call();
        const terms = Object.entries(golden.gradOutputs).map(([name, cotangent]) =>
          output(golden, called, name)
            .mul(make(cotangent, dtype, backend))
            .sum(),
        );
        return { loss: terms.reduce((sum, term) => sum.add(term)), outputs: called };
      }),
    );
    outputs = result.outputs;
    wanted.forEach((name, i) => {
      if (result.grads.has(targets[i])) gradients[name] = result.grads.get(targets[i]);
    });
  }
  for (const name of names) {
    await compare(golden, `output ${name}`, output(golden, outputs, name), golden.outputs[name], tolerance);
  }
  for (const name of wanted) {
    if (gradients[name] === undefined && golden.grads[name].data.every((value) => value === 0)) continue;
    if (gradients[name] === undefined) throw new CheckError(title(golden), `no gradient arrives at ${name}`);
    await compare(golden, `gradient of ${name}`, gradients[name], golden.grads[name], tolerance);
  }
}

function output(golden: GoldenCase, outputs: Readonly<Record<string, Tensor>>, name: string): Tensor {
  const found = outputs[name];
  if (found !== undefined) return found;
  throw new CheckError(title(golden), "an output is missing", [
    ["expected", name],
    ["got", Object.keys(outputs).join(", ")],
  ]);
}

async function compare(
  golden: GoldenCase,
  what: string,
  got: Tensor,
  expected: GoldenTensor,
  tolerance: Tolerance,
): Promise<void> {
  if (`${got.shape}` !== `${expected.shape}`) {
    throw new CheckError(title(golden), `${what} has another shape`, [
      ["expected", `[${expected.shape.join(", ")}]`],
      ["got", `[${got.shape.join(", ")}]`],
    ]);
  }
  const difference = findDifference(await got.data(), expected.data, tolerance);
  if (difference === null) return;
  throw new CheckError(title(golden), `${what} differs from PyTorch`, differenceRows(difference, expected.shape));
}

function make(value: GoldenTensor, dtype: "f32" | "f64", backend: Backend): Tensor {
  const own: DType = value.dtype === "f32" || value.dtype === "f64" ? dtype : value.dtype;
  return tensor(value.data, { shape: value.shape, dtype: own, backend });
}

function title(golden: GoldenCase): string {
  return `${golden.op}, "${golden.name}"`;
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, fn: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, fn(value)]));
}
