/** A walk over some names, from the first back to it, that steps once from each to each other one. */
export function everyOrderedPair(names: readonly string[]): string[] {
  const walk = names.flatMap((name, i) => names.slice(i + 1).flatMap((other) => [name, other]));
  return [...walk, names[0]];
}

/** A walk that steps once from one name to each of the others, and back. */
export function thereAndBack<N extends string>(name: N, others: readonly N[]): N[] {
  return [...others.flatMap((other) => [name, other]), name];
}
