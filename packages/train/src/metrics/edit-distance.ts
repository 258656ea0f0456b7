/**
 * The least number of insertions, deletions and replacements that make one sequence of the other (Levenshtein, 1966).
 * Texts are compared by characters (code points), arrays by their elements. Time is the product of the lengths, memory
 * the shorter one.
 *
 * @example
 * ```ts
 * import { editDistance } from "@nn/train";
 *
 * editDistance("kitten", "sitting"); // => 3
 * editDistance(["the", "cat"], ["the", "black", "cat"]); // => 1
 * ```
 */
export function editDistance<T>(a: string | ArrayLike<T>, b: string | ArrayLike<T>): number {
  const [first, second] = [elements(a), elements(b)];
  const [long, short] = first.length < second.length ? [second, first] : [first, second];
  // row[j]: the distance of what is behind in `long` to the first j of `short`.
  const row = Uint32Array.from({ length: short.length + 1 }, (_, j) => j);
  for (let i = 1; i <= long.length; i++) {
    let diagonal = row[0]!;
    row[0] = i;
    for (let j = 1; j <= short.length; j++) {
      const replaced = diagonal + (long[i - 1] === short[j - 1] ? 0 : 1);
      diagonal = row[j]!;
      row[j] = Math.min(replaced, row[j]! + 1, row[j - 1]! + 1);
    }
  }
  return row[short.length]!;
}

function elements<T>(sequence: string | ArrayLike<T>): ArrayLike<T | string> {
  return typeof sequence === "string" ? [...sequence] : sequence;
}
