import {
  DataError,
  DTypeError,
  defaultGenerator,
  defineOp,
  describe,
  type Generator,
  type Op,
  requireFloat,
  type Shape,
  type Tensor,
  where,
} from "@nn/tensor";
import { Module } from "./module.js";
import { ownedBy } from "./owned-by.js";

// One op instead of two on the tape: its gradient needs the mask alone.
const op: Op = defineOp({
  name: "dropout",
  infer: ([x, mask]) => {
    requireFloat("dropout", x);
    if (mask.dtype === "bool") return x;
    throw new DTypeError({
      where: "dropout",
      problem: "the mask must be bool",
      rows: [["mask", describe(mask)]],
      fix: 'mask.cast("bool")',
    });
  },
  composed: ([x, mask], _, [scale]) => where(mask, x.mul(scale), 0),
  saves: { inputs: [1] },
  vjp: ({ g, inputs: [, mask], scalars }) => [op.call([g, mask], undefined, { scalars }), undefined],
});

/** How `dropout` is called. */
export interface DropoutCallOptions {
  /** Without it the input is handed through. */
  readonly training: boolean;
  /** Draws what is dropped. Default: `defaultGenerator()`. */
  readonly generator?: Generator;
  /** The layer that calls, for errors and profiles. */
  readonly owner?: object;
}

/**
 * Zeroes each element with probability p and scales the others by 1 / (1 - p) (torch.nn.functional.dropout).
 *
 * @throws DataError when p is not between 0 and 1, DTypeError when x is not f32 or f64.
 *
 * @example
 * ```ts
 * import { dropout } from "@nn/layers";
 * import { ones } from "@nn/tensor";
 *
 * await dropout(ones([3]), 1, { training: true }).array(); // => [0, 0, 0]
 * await dropout(ones([3]), 0.5, { training: false }).array(); // => [1, 1, 1]
 * ```
 */
export function dropout(x: Tensor, p: number, options: DropoutCallOptions): Tensor {
  const { owner } = options;
  return ownedBy(owner, () => {
    const mask = drawMask("dropout", x, p, x.shape, options);
    return mask === null ? x : op.call([x, mask], undefined, { owner, scalars: [scaleOf(p)] });
  });
}

/** True for what stays, in a given shape; null where all does. */
export function drawMask(name: string, x: Tensor, p: number, shape: Shape, options: DropoutCallOptions): Tensor | null {
  const { training, generator = defaultGenerator() } = options;
  checkProbability(name, p);
  requireFloat(name, x);
  if (!training || p === 0) return null;
  return generator.bernoulli(shape, 1 - p, { dtype: "bool", backend: x.backend });
}

/** Factor of what stays. At p = 1 nothing is left to scale. */
export function scaleOf(p: number): number {
  return p === 1 ? 0 : 1 / (1 - p);
}

/** Throws unless p is from 0 to 1. */
export function checkProbability(name: string, p: number): void {
  if (p >= 0 && p <= 1) return;
  throw new DataError({
    where: name,
    problem: "p is not a probability",
    rows: [
      ["expected", "a number from 0 to 1"],
      ["got", String(p)],
    ],
    fix: "p is the part that is dropped: 0.1 drops a tenth",
  });
}

/** Options of `Dropout`. */
export interface DropoutOptions {
  /** Draws what is dropped. Default: a stream of the layer's own, started from `defaultGenerator()`. */
  readonly generator?: Generator;
}

/**
 * Dropout with a random stream of its own (torch.nn.Dropout; Srivastava et al., 2014). Hands its input through in
 * evaluation mode.
 *
 * @throws DataError when p is not between 0 and 1.
 *
 * @example
 * ```ts
 * import { Dropout, predict } from "@nn/layers";
 * import { ones } from "@nn/tensor";
 *
 * await predict(new Dropout(0.5), ones([2])).array(); // => [1, 1]
 * ```
 */
export class Dropout extends Module {
  readonly generator: Generator;

  /** @param p the part that is dropped */
  constructor(
    readonly p = 0.5,
    options: DropoutOptions = {},
  ) {
    super();
    checkProbability("Dropout", p);
    this.generator = options.generator ?? ownStream("dropout");
  }

  forward(x: Tensor): Tensor {
    return dropout(x, this.p, { training: this.training, generator: this.generator, owner: this });
  }
  override extraRepr(): string {
    return `p=${this.p}`;
  }
}

/** A stream that differs from layer to layer, and is the same in every run of the program. */
export function ownStream(name: string): Generator {
  const parent = defaultGenerator();
  return parent.split(`${name}:${parent.bits(2).join(":")}`);
}
