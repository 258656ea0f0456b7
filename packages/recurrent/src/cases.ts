import type { OpCases } from "@nn/tensor/cases";
import { ctcLossCases } from "./ctc/ctc-loss.cases.js";
import { gruSequenceCases, lstmSequenceCases, rnnSequenceCases } from "./sequence/sequence.cases.js";

/** What `@nn/testing` checks of the ops of this package. */
export const cases: readonly OpCases[] = [rnnSequenceCases, lstmSequenceCases, gruSequenceCases, ctcLossCases];
