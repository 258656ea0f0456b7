/** A walk over some names, from the first back to it, that steps once from each to each other one. */
export function everyOrderedPair(names: readonly string[]): string[] {
  const walk = names.flatMap((name, i) => names.slice(i + 1).flatMap((other) => [name, other]));
  return [...walk, names[0]];
}
