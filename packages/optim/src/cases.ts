import type { OpCases } from "@nn/tensor/cases";
import { adamStepCases } from "./adam-step.cases.js";
import { sgdStepCases } from "./sgd-step.cases.js";

/** What `@nn/testing` checks of the ops of this package. */
export const cases: readonly OpCases[] = [sgdStepCases, adamStepCases];
