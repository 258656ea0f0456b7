import { DataError, type Gradients, maximum, minimum, noGrad, type Tensor } from "@nn/tensor";

/** Options of all clipping. */
export interface ClipOptions {
  /** Leaves the gradients given alive. Default false: they are disposed. */
  readonly keep?: boolean;
}

/** Options of `clipGradNorm`. */
export interface ClipGradNormOptions extends ClipOptions {
  /** Which norm: 1, 2 (default), any other positive number, or Infinity. */
  readonly normType?: number;
}

/**
 * Scales all gradients by one factor, so that their common norm is at most `maxNorm`
 * (torch.nn.utils.clip_grad_norm_). Nothing is read back; the norm comes as a tensor.
 *
 * @returns new gradients, and the norm before clipping. The gradients given are disposed unless `keep` is set.
 *
 * @example
 * ```ts
 * import { clipGradNorm } from "@nn/optim";
 * import { tensor, valueAndGrad } from "@nn/tensor";
 *
 * const x = tensor([3, 4]);
 * const { grads } = valueAndGrad(x, () => x.square().sum().mul(0.5));
 * const clipped = clipGradNorm(grads, 1);
 * await clipped.norm.item(); // => 5
 * Array.from(await clipped.grads.get(x).data(), (value) => value.toFixed(3)); // => ["0.600", "0.800"]
 * ```
 */
export function clipGradNorm(
  grads: Gradients,
  maxNorm: number,
  { normType = 2, keep = false }: ClipGradNormOptions = {},
): { grads: Gradients; norm: Tensor } {
  checkBound("clipGradNorm", "maxNorm", maxNorm);
  if (!(normType > 0)) throw badNumber("clipGradNorm", "normType", normType);
  const gradients = [...grads].map(([, gradient]) => gradient).filter((gradient) => gradient.size > 0);
  if (gradients.length === 0) throw noGradients("clipGradNorm");
  const clipped = noGrad(() => {
    const norm = totalNorm(gradients, normType);
    const scale = minimum(norm.add(1e-6).reciprocal().mul(maxNorm), 1);
    return { grads: grads.map((gradient) => gradient.mul(scale.cast(gradient.dtype))), norm };
  });
  if (!keep) grads.dispose();
  return clipped;
}

function totalNorm(gradients: readonly Tensor[], normType: number): Tensor {
  const { dtype } = gradients[0]!;
  const parts = gradients.map((gradient) => partOf(gradient, normType).cast(dtype));
  const total = parts.reduce((a, b) => (normType === Infinity ? maximum(a, b) : a.add(b)));
  if (normType === Infinity || normType === 1) return total;
  return normType === 2 ? total.sqrt() : total.pow(1 / normType);
}

function partOf(gradient: Tensor, normType: number): Tensor {
  if (normType === 2) return gradient.square().sum();
  if (normType === Infinity) return gradient.abs().max();
  return normType === 1 ? gradient.abs().sum() : gradient.abs().pow(normType).sum();
}

/** Throws unless the bound of a clipping is a positive number. */
export function checkBound(where: string, name: string, value: number): void {
  if (!(value > 0)) throw badNumber(where, name, value);
}

function badNumber(where: string, name: string, value: number): DataError {
  return new DataError({
    where,
    problem: `${name} is not a positive number`,
    rows: [["got", String(value)]],
    fix: `pass a positive ${name}`,
  });
}

function noGradients(where: string): DataError {
  return new DataError({
    where,
    problem: "there are no gradients",
    fix: "pass the gradients of valueAndGrad, before optimizer.step disposes them",
  });
}
