import { scope, type Tensor } from "@nn/tensor";
import { dot } from "./flat-parameters.js";

/** A step, how the gradient changed along it, and 1 / (their inner product). */
interface Pair {
  readonly s: Tensor;
  readonly y: Tensor;
  readonly rho: number;
}

/** The last steps of L-BFGS: what it knows of the curvature. */
export class CurvaturePairs {
  readonly #size: number;
  readonly #pairs: Pair[] = [];
  /** The scale of the inverse Hessian that the pairs correct. */
  #scale = 1;

  constructor(size: number) {
    this.#size = size;
  }

  /** Remembers a pair, in place of the oldest where there are enough; takes the tensors over. */
  push(s: Tensor, y: Tensor, ys: number, yy: number): void {
    if (this.#pairs.length === this.#size) forget(this.#pairs.shift()!);
    this.#pairs.push({ s, y, rho: 1 / ys });
    this.#scale = ys / yy;
  }

  /** The way down: minus the inverse Hessian times the gradient, by the two loops over the pairs. Reads nothing back. */
  direction(gradient: Tensor): Tensor {
    return scope(() => {
      const alphas: Tensor[] = [];
      let q = gradient.neg();
      for (const { s, y, rho } of this.#pairs.toReversed()) {
        const alpha = dot(s, q).mul(rho);
        alphas.unshift(alpha);
        q = q.sub(y.mul(alpha));
      }
      let r = q.mul(this.#scale);
      for (const [i, { s, y, rho }] of this.#pairs.entries()) r = r.add(s.mul(alphas[i]!.sub(dot(y, r).mul(rho))));
      return r;
    });
  }

  /** Gives all memory back. */
  dispose(): void {
    for (const pair of this.#pairs) forget(pair);
    this.#pairs.length = 0;
  }
}

function forget({ s, y }: Pair): void {
  s.dispose();
  y.dispose();
}
