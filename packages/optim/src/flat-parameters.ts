import {
  concat,
  DataError,
  type Parameter,
  parameters,
  scope,
  stack,
  type Tensor,
  type Tree,
  valueAndGrad,
  zeros,
} from "@nn/tensor";

/** A function value with its gradient, at `start + t * direction`. */
export interface Point {
  readonly t: number;
  /** Infinity where the function gives no finite number. */
  readonly loss: number;
  /** The derivative by t; without a direction the sum of the gradient's sizes. */
  readonly slope: number;
  /** The largest size in the gradient. */
  readonly steepness: number;
  /** Flat; the owner disposes it. */
  readonly gradient: Tensor;
}

/** The parameters of a target as one vector, on which a function is evaluated. */
export class FlatParameters {
  readonly #parameters: readonly Parameter[];
  readonly #closure: () => Tensor | { loss: Tensor };
  /** How often the function was evaluated. */
  evaluations = 0;

  constructor(target: Tree | readonly Parameter[], closure: () => Tensor | { loss: Tensor }) {
    this.#closure = closure;
    this.#parameters = parameters(target).filter((parameter) => parameter.requiresGrad && parameter.size > 0);
    const dtypes = new Set(this.#parameters.map(({ dtype }) => dtype));
    if (dtypes.size === 1) return;
    throw new DataError({
      where: "minimize",
      problem: dtypes.size === 0 ? "there is nothing to minimize by" : "the parameters have several dtypes",
      rows: [
        ["expected", "a module or a list with parameters that are not frozen, all of one dtype"],
        ["got", dtypes.size === 0 ? "no parameter" : [...dtypes].join(", ")],
      ],
      fix: dtypes.size === 0 ? "pass the model itself" : "make all parameters with one dtype",
    });
  }

  /** A copy of the values, flat. */
  values(): Tensor {
    // Doubling is exact, and makes sure of a copy where there is one parameter only.
    return scope(() => concat(this.#parameters.map((parameter) => parameter.reshape([-1]))).mul(1));
  }

  /** Moves to `start + t * direction`. */
  moveTo(start: Tensor, t: number, direction: Tensor): void {
    scope(() => {
      const flat = start.add(direction.mul(t));
      let from = 0;
      for (const parameter of this.#parameters) {
        parameter.assign(flat.slice(0, from, from + parameter.size).reshape(parameter.shape));
        from += parameter.size;
      }
    });
  }

  /** Evaluates the function where the parameters are; one reading for all numbers. */
  async evaluate(t: number, direction: Tensor | null): Promise<Point> {
    this.evaluations++;
    const { gradient, numbers } = scope(() => {
      const { loss, grads } = valueAndGrad(this.#parameters, this.#closure);
      // A parameter that the function does not depend on stays where it is.
      const parts = this.#parameters.map((parameter) =>
        grads.has(parameter)
          ? grads.get(parameter).reshape([-1])
          : zeros([parameter.size], { dtype: parameter.dtype, backend: parameter.backend }),
      );
      const gradient = concat(parts).mul(1);
      const slope = direction === null ? gradient.abs().sum() : dot(gradient, direction);
      return { gradient, numbers: stack([loss.reshape([]).cast(gradient.dtype), slope, gradient.abs().max()]) };
    });
    const [loss, slope, steepness] = await readAll(numbers);
    return { t, loss: Number.isFinite(loss) ? loss! : Infinity, slope: slope!, steepness: steepness!, gradient };
  }
}

/** The inner product of two flat tensors, of rank 0. */
export function dot(a: Tensor, b: Tensor): Tensor {
  return a.mul(b).sum();
}

/** The numbers of a tensor, which is disposed. */
export async function readAll(tensor: Tensor): Promise<number[]> {
  try {
    return Array.from(await tensor.data());
  } finally {
    tensor.dispose();
  }
}
