import { clone, Gradients } from "@nn/tensor";

/** The sum of two sets of gradients; where one has none, the other's. */
export function addGradients(pending: Gradients | null, grads: Gradients): Gradients {
  if (pending === null) return grads;
  const targets = new Set([...pending, ...grads].map(([target]) => target));
  const sums = [...targets].map((target) => {
    if (!pending.has(target)) return [target, grads.get(target)] as const;
    // A copy, since the pending ones are disposed.
    if (!grads.has(target)) return [target, clone(pending.get(target))] as const;
    return [target, pending.get(target).add(grads.get(target))] as const;
  });
  return new Gradients(new Map(sums));
}
