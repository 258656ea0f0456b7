import model from "wink-eng-lite-web-model";
import winkNLP from "wink-nlp";

const nlp = winkNLP(model, []);
const { its } = nlp;

/** The words and marks of a sentence. */
export interface Words {
  /** What the net reads: the stem of each word, such as "wast" of "wasted" and "waste", and each mark. */
  readonly words: readonly string[];
  /** The same as they were written. */
  readonly written: readonly string[];
}

/** Cuts a sentence into words and marks. */
export function wordsOf(text: string): Words {
  const words: string[] = [];
  const written: string[] = [];
  // Both of one reading: a second one may cut words that were new to the library in another way.
  nlp
    .readDoc(text)
    .tokens()
    .each((token) => {
      words.push(token.out(its.stem));
      written.push(token.out());
    });
  return { words, written };
}
