export { gruSequence } from "./sequence/gru-sequence.js";
export type { LstmState } from "./sequence/lstm-sequence.js";
export { lstmSequence } from "./sequence/lstm-sequence.js";
export type { SequenceOptions } from "./sequence/options.js";
export type { RnnSequenceOptions } from "./sequence/rnn-sequence.js";
export { rnnSequence } from "./sequence/rnn-sequence.js";
