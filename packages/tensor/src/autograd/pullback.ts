import { runtime } from "../core/runtime.js";
import { scope } from "../core/scope.js";
import { isTensor, type Tensor } from "../core/tensor.js";
import { backward, markLeaves } from "./backward.js";
import { Recorder } from "./recorder.js";

/** Runs `fn` and pulls the gradients of its results back to the leaves; undefined where no path leads. */
export function pullback(
  fn: () => Tensor | readonly Tensor[],
  targets: readonly Tensor[],
  gradients: readonly (Tensor | undefined)[],
): (Tensor | undefined)[] {
  const parent = runtime.recorder;
  const recorder = new Recorder(parent, parent !== null);
  const { leaves, restore } = markLeaves(targets, recorder);
  try {
    runtime.recorder = recorder;
    const result = scope(fn);
    runtime.recorder = parent;
    parent?.nodes.push(...recorder.nodes);
    const roots = (isTensor(result) ? [result] : [...result]).flatMap((tensor, i) => {
      const gradient = gradients[i];
      return gradient === undefined ? [] : [{ tensor, gradient }];
    });
    return backward(recorder.nodes, leaves, roots, parent !== null);
  } finally {
    runtime.recorder = parent;
    restore();
    if (parent === null) recorder.release();
  }
}
