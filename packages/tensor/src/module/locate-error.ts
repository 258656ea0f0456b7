import type { NNError } from "@nn/backend";
import { isTensor } from "../core/tensor.js";
import { walk } from "./tree.js";

/**
 * Adds the path of the layer that called the op (`model.features.2 (Conv2d)`), when the root leads to it.
 *
 * @example
 * ```ts
 * import { describe, locateError, ShapeError, zeros } from "@nn/tensor";
 *
 * const model = { layer: { units: 2 } };
 * const error = new ShapeError({ where: "linear", problem: `got ${describe(zeros([3]))}`, fix: "use 2 features" });
 * error.owner = model.layer;
 * locateError(model, error);
 * error.path; // => "model.layer (Object)"
 * ```
 */
export function locateError(root: object, error: NNError): void {
  if (error.owner === undefined || error.path !== undefined || isTensor(root)) return;
  const path = pathOf(root, error.owner);
  if (path !== undefined) error.locate(path);
}

/** Where an object is in a tree, for messages. */
export function pathOf(root: object, target: object): string | undefined {
  let found: string | undefined;
  walk(root, (value, path) => {
    if (value === target) found = ["model", ...path].join(".");
  });
  return found === undefined ? undefined : `${found} (${target.constructor.name})`;
}
