import { DataError } from "@nn/tensor";
import { checkCount } from "../sampling/checks.js";
import type { Tokenizer } from "./tokenizer.js";
import { mergePair, pairKey, trainMerges } from "./train-merges.js";

/** What a byte-pair tokenizer learns. */
export interface BytePairOptions {
  /** Indices in all: 256 bytes, the merges that are learnt, the specials. Fewer come where no pair comes twice. */
  readonly vocabularySize: number;
  /** Names of further indices, such as `"<pad>"` and `"<eos>"`; text never gives them. Default none. */
  readonly specials?: readonly string[];
}

/** A byte-pair tokenizer as JSON. */
export interface BytePairState {
  /** The pairs of indices that become 256, 257, … */
  readonly merges: readonly (readonly [number, number])[];
  readonly specials: readonly string[];
}

/** Words with the space before them, numbers, marks, other space: as GPT-2 cuts text. No merge goes across. */
const piece = /'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/** Pieces whose indices are remembered. */
const mostCached = 50_000;

/**
 * Byte-pair encoding on bytes (Sennrich et al. 2016, Radford et al. 2019): starts from 256 bytes and joins the most
 * frequent pair again and again. Nothing is unknown, and decoding gives every well-formed text back.
 *
 * @throws DataError when an index or a special does not exist.
 *
 * @example
 * ```ts
 * import { BytePairTokenizer } from "@nn/data";
 *
 * const text = "low lower lowest, slow slower slowest";
 * const tokenizer = BytePairTokenizer.train([text], { vocabularySize: 264, specials: ["<eos>"] });
 * const indices = tokenizer.encode("lower 低い");
 * tokenizer.decode(indices); // => "lower 低い"
 * tokenizer.tokens(tokenizer.encode("lower slower")); // => ["lowe", "r", " slowe", "r"]
 * const loaded = new BytePairTokenizer(JSON.parse(JSON.stringify(tokenizer)));
 * [loaded.size, loaded.indexOf("<eos>")]; // => [264, 263]
 * ```
 */
export class BytePairTokenizer implements Tokenizer {
  /** Indices there are. */
  readonly size: number;
  readonly #merges: readonly (readonly [number, number])[];
  readonly #specials: readonly string[];
  readonly #ranks: ReadonlyMap<number, number>;
  readonly #bytes: readonly Uint8Array[];
  readonly #cache = new Map<string, readonly number[]>();

  /** From what `toJSON` gave; `train` makes one of texts. */
  constructor({ merges, specials }: BytePairState) {
    this.#merges = merges.map(([left, right]) => [left, right] as const);
    this.#specials = [...specials];
    this.size = 256 + merges.length + specials.length;
    this.#ranks = new Map(merges.map(([left, right], rank) => [pairKey(left, right), rank]));
    const bytes = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
    for (const [left, right] of merges) {
      if (bytes[left] === undefined || bytes[right] === undefined) throw mergeError(left, right, bytes.length);
      bytes.push(Uint8Array.of(...bytes[left], ...bytes[right]));
    }
    this.#bytes = bytes;
  }

  /** Learns merges from texts: of equally frequent pairs that of the smaller indices. */
  static train(texts: Iterable<string>, { vocabularySize, specials = [] }: BytePairOptions): BytePairTokenizer {
    checkCount("BytePairTokenizer.train", "vocabularySize", vocabularySize, 256 + specials.length);
    const counts = new Map<string, number>();
    for (const text of texts) {
      for (const part of piecesOf(text)) counts.set(part, (counts.get(part) ?? 0) + 1);
    }
    const words = [...counts].map(([part, count]) => ({ indices: bytesOf(part), count }));
    return new BytePairTokenizer({ merges: trainMerges(words, vocabularySize - 256 - specials.length), specials });
  }

  encode(text: string): Int32Array {
    const out: number[] = [];
    for (const part of piecesOf(text)) for (const index of this.#encodePiece(part)) out.push(index);
    return Int32Array.from(out);
  }

  /** Specials are left out; bytes that are no text give the replacement character. */
  decode(indices: Iterable<number>): string {
    const parts: Uint8Array[] = [];
    let length = 0;
    for (const index of indices) {
      const part = this.#bytesAt(index);
      parts.push(part);
      length += part.length;
    }
    const all = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(all);
  }

  /** What each index stands for, for looking at. */
  tokens(indices: Iterable<number>): string[] {
    const first = this.size - this.#specials.length;
    return Array.from(indices, (index) => this.#specials[index - first] ?? this.decode([index]));
  }

  /** The index of a special. */
  indexOf(special: string): number {
    const at = this.#specials.indexOf(special);
    if (at !== -1) return this.size - this.#specials.length + at;
    throw new DataError({
      where: "BytePairTokenizer",
      problem: "there is no such special",
      rows: [
        ["got", JSON.stringify(special)],
        ["specials", this.#specials.join(", ") || "none"],
      ],
      fix: 'train it with { specials: ["<eos>"] }, say',
    });
  }

  /** For JSON; the constructor takes it. */
  toJSON(): BytePairState {
    return { merges: this.#merges, specials: this.#specials };
  }

  #encodePiece(part: string): readonly number[] {
    const known = this.#cache.get(part);
    if (known !== undefined) return known;
    let indices = bytesOf(part);
    for (;;) {
      let best = Infinity;
      for (let i = 0; i + 1 < indices.length; i++) {
        best = Math.min(best, this.#ranks.get(pairKey(indices[i]!, indices[i + 1]!)) ?? Infinity);
      }
      if (best === Infinity) break;
      const [left, right] = this.#merges[best]!;
      indices = mergePair(indices, left, right, 256 + best);
    }
    if (this.#cache.size < mostCached) this.#cache.set(part, indices);
    return indices;
  }

  #bytesAt(index: number): Uint8Array {
    const part = this.#bytes[index];
    if (part !== undefined) return part;
    if (index >= this.#bytes.length && index < this.size) return new Uint8Array(0);
    throw new DataError({
      where: "BytePairTokenizer",
      problem: "there is no such index",
      rows: [["expected", `0 to ${this.size - 1}`, `got ${index}`]],
      fix: "pass indices that this tokenizer gave",
    });
  }
}

function piecesOf(text: string): string[] {
  return text.match(piece) ?? [];
}

function bytesOf(part: string): number[] {
  return Array.from(new TextEncoder().encode(part));
}

function mergeError(left: number, right: number, known: number): DataError {
  return new DataError({
    where: "BytePairTokenizer",
    problem: "a merge joins what does not exist yet",
    rows: [["got", `${left} and ${right}, when there were ${known}`]],
    fix: "pass what toJSON gave, unchanged",
  });
}
