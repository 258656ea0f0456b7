import type { OpCases } from "@nn/tensor/cases";
import { gruSequenceCases, lstmSequenceCases, rnnSequenceCases } from "./sequence/sequence.cases.js";

/** What `@nn/testing` checks of the ops of this package. */
export const cases: readonly OpCases[] = [rnnSequenceCases, lstmSequenceCases, gruSequenceCases];
