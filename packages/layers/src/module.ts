import { childLayers } from "./child-layers.js";
import { isModule, moduleMarker } from "./is-module.js";

const inspect: unique symbol = Symbol.for("nodejs.util.inspect.custom");

/**
 * Base of layers and models (torch.nn.Module): a flag and a readable printed form. It prescribes no `forward`;
 * parameters, buffers and children are plain fields, and free functions walk them (`parameters`, `stateDict`,
 * `moveTo`, `train`, `evaluate`, `summary`).
 *
 * @example
 * ```ts
 * import { Linear, Module } from "@nn/layers";
 * import { parameters, relu, type Tensor } from "@nn/tensor";
 *
 * class Net extends Module {
 *   readonly hidden = new Linear(4, 8);
 *   readonly output = new Linear(8, 2);
 *   forward(x: Tensor): Tensor {
 *     return this.output.forward(relu(this.hidden.forward(x)));
 *   }
 * }
 * parameters(new Net()).length; // => 4
 * ```
 */
export abstract class Module {
  /** Whether dropout drops and running statistics move. Set on a whole tree by `train` and `evaluate`. */
  training = true;

  /** @internal */
  get [moduleMarker](): true {
    return true;
  }
  /** What the printed form shows between the parentheses; a layer overrides it. */
  extraRepr(): string {
    return "";
  }
  /** The class, its options and its children, as PyTorch prints them. */
  toString(): string {
    const extra = this.extraRepr();
    const children = childLayers(this);
    if (children.length === 0) return `${this.constructor.name}(${extra})`;
    const lines = children.map(([name, child]) => `  (${name}): ${printed(child).replaceAll("\n", "\n  ")}`);
    return `${this.constructor.name}(${extra}\n${lines.join("\n")}\n)`;
  }
  /** What Node's console shows. */
  [inspect](): string {
    return this.toString();
  }
}

function printed(layer: object): string {
  if (isModule(layer)) return layer.toString();
  return typeof layer === "function" ? layer.name || "function" : `${layer.constructor.name}()`;
}
