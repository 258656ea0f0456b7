import { childrenOf } from "@nn/tensor";
import { isModule } from "./is-module.js";

/** The layers right below a module by name: modules, objects with a `forward`, and the functions of a Sequential. */
export function childLayers(parent: object): [name: string, layer: object][] {
  const named = childrenOf in parent;
  const entries = named
    ? (parent as { [childrenOf](): Iterable<readonly [string, unknown]> })[childrenOf]()
    : parent instanceof Map
      ? parent.entries()
      : Object.entries(parent);
  const found: [string, object][] = [];
  for (const [name, child] of entries) {
    if (isModule(child) || hasForward(child) || (named && typeof child === "function"))
      found.push([String(name), child]);
    else if (Array.isArray(child) || child instanceof Map) {
      for (const [key, layer] of childLayers(child)) found.push([`${name}.${key}`, layer]);
    }
  }
  return found;
}

function hasForward(value: unknown): value is { forward: (...inputs: never[]) => unknown } {
  return typeof value === "object" && value !== null && typeof (value as { forward?: unknown }).forward === "function";
}
