import model from "wink-eng-lite-web-model";
import winkNLP from "wink-nlp";

const nlp = winkNLP(model, ["negation"]);
const { its } = nlp;

/** What a sentence consists of: the stem of each word, such as "wast" of "wasted" and "waste", and each mark. */
export function wordsOf(text: string): string[] {
  return nlp.readDoc(text).tokens().out(its.stem);
}

/** The words and marks as they were written, one for each of `wordsOf`. */
export function writtenWords(text: string): string[] {
  return nlp.readDoc(text).tokens().out();
}
