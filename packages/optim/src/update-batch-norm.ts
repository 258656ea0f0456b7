import { type Buffer, DataError, isBuffer, noGrad, type Tensor, type Tree, walk, zerosLike } from "@nn/tensor";

/** A layer with running statistics, such as the BatchNorm layers of `@nn/layers`. */
interface NormLayer {
  readonly running_mean: Buffer;
  readonly running_var: Buffer;
  readonly num_batches_tracked?: Buffer;
  /** Null: the running statistics are the plain average of all batches. */
  momentum: number | null;
}

/**
 * Computes the running statistics of all batch normalization layers anew, as the plain average over the batches
 * (torch.optim.swa_utils.update_bn): averaged weights have seen no data themselves. Runs the model in training mode,
 * without gradients; modes and momenta are put back.
 *
 * @param batches tensors, or what `forward` takes: a loader
 * @param forward runs the model on a batch. Default: `model.forward(batch)`
 * @throws DataError when there is no batch.
 *
 * @example
 * ```ts
 * import { updateBatchNorm } from "@nn/optim";
 * import { Buffer, tensor, type Tensor } from "@nn/tensor";
 *
 * // What the layers BatchNorm1d, 2d and 3d of @nn/layers do, in short.
 * const norm = {
 *   training: false,
 *   momentum: 0.1 as number | null,
 *   running_mean: new Buffer(tensor([9])),
 *   running_var: new Buffer(tensor([9])),
 *   num_batches_tracked: new Buffer(tensor([7])),
 *   forward(x: Tensor) {
 *     this.num_batches_tracked.assign(this.num_batches_tracked.add(1));
 *     const share = this.num_batches_tracked.reciprocal();
 *     this.running_mean.assign(this.running_mean.add(x.mean(0).sub(this.running_mean).mul(share)));
 *   },
 * };
 * await updateBatchNorm(norm, [tensor([[1], [3]]), tensor([[4], [8]])]);
 * await norm.running_mean.item(); // => 4
 * norm.momentum; // => 0.1
 * ```
 */
export async function updateBatchNorm<Batch = Tensor>(
  model: Tree,
  batches: Iterable<Batch> | AsyncIterable<Batch>,
  forward: (batch: Batch) => unknown = (batch) => (model as { forward(x: Batch): unknown }).forward(batch),
): Promise<void> {
  const norms: NormLayer[] = [];
  const modes: { training: boolean }[] = [];
  walk(model, (layer) => {
    if (isNorm(layer)) norms.push(layer);
    if (hasMode(layer)) modes.push(layer);
  });
  if (norms.length === 0) return;

  const before = { momenta: norms.map(({ momentum }) => momentum), training: modes.map(({ training }) => training) };
  let seen = 0;
  try {
    for (const layer of modes) layer.training = true;
    for (const norm of norms) norm.momentum = null;
    for await (const batch of batches) {
      noGrad(() => {
        if (seen++ === 0) for (const norm of norms) reset(norm);
        forward(batch);
      });
    }
  } finally {
    for (const [i, layer] of modes.entries()) layer.training = before.training[i]!;
    for (const [i, norm] of norms.entries()) norm.momentum = before.momenta[i]!;
  }
  if (seen > 0) return;
  throw new DataError({
    where: "updateBatchNorm",
    problem: "there is no batch to take statistics of",
    fix: "pass the batches of the training set; a generator that has run to its end gives none",
  });
}

function reset({ running_mean, running_var, num_batches_tracked }: NormLayer): void {
  running_mean.assign(zerosLike(running_mean));
  running_var.assign(zerosLike(running_var).add(1));
  num_batches_tracked?.assign(zerosLike(num_batches_tracked));
}

function isNorm(layer: object): layer is NormLayer {
  const { running_mean, running_var } = layer as Partial<NormLayer>;
  return isBuffer(running_mean) && isBuffer(running_var) && "momentum" in layer;
}

function hasMode(layer: object): layer is { training: boolean } {
  return "training" in layer && typeof layer.training === "boolean";
}
