/** Text as indices and back. */
export interface Tokenizer {
  /** Indices there are: `numEmbeddings` of an embedding. */
  readonly size: number;
  encode(text: string): Int32Array;
  decode(indices: Iterable<number>): string;
}
