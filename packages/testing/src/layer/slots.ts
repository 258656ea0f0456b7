import {
  cast,
  defaultGenerator,
  type Generator,
  isBuffer,
  isParameter,
  type Tensor,
  type Tree,
  walk,
} from "@nn/tensor";

/** A field, array element or Map entry that holds a parameter or buffer. */
export interface Slot {
  readonly tensor: Tensor;
  set(tensor: Tensor): void;
}

/** Where a layer holds its parameters and buffers; one may be held in several places. */
export function slotsOf(layer: Tree): Slot[] {
  const found: Slot[] = [];
  walk(layer, (holder) => {
    if (holder instanceof Map) {
      for (const [key, value] of holder)
        if (isOwned(value)) found.push({ tensor: value, set: (x) => holder.set(key, x) });
      return;
    }
    for (const [key, value] of Object.entries(holder)) {
      if (isOwned(value)) found.push({ tensor: value, set: (x) => void Reflect.set(holder, key, x) });
    }
  });
  return found;
}

/** Runs `fn` with other tensors in place of a layer's own: those that `replace` names. */
export function withTensors<T>(slots: readonly Slot[], replace: ReadonlyMap<Tensor, Tensor>, fn: () => T): T {
  const used = slots.filter(({ tensor }) => replace.has(tensor));
  for (const slot of used) slot.set(replace.get(slot.tensor)!);
  try {
    return fn();
  } finally {
    for (const slot of used) slot.set(slot.tensor);
  }
}

/** f64 copies of float tensors that are not f64, for `withTensors`. */
export function inF64(slots: readonly Slot[]): Map<Tensor, Tensor> {
  return new Map(
    slots.filter(({ tensor }) => tensor.dtype === "f32").map(({ tensor }) => [tensor, cast(tensor, "f64")]),
  );
}

/** Sets all generators that a layer can draw from back to where they stand now. */
export function rewinder(layer: Tree): () => void {
  const generators = new Set<Generator>([defaultGenerator()]);
  walk(layer, (value) => {
    if (isGenerator(value)) generators.add(value);
  });
  const states = [...generators].map((generator) => [generator, generator.state()] as const);
  return () => {
    for (const [generator, state] of states) generator.restore(state);
  };
}

function isOwned(value: unknown): value is Tensor {
  return isParameter(value) || isBuffer(value);
}

function isGenerator(value: object): value is Generator {
  const { state, restore } = value as Partial<Generator>;
  return typeof state === "function" && typeof restore === "function";
}
