import type { FusedActivation } from "@nn/backend";

/** Codes of assembly/finish.ts. */
export const activationCode: Readonly<Record<FusedActivation, number>> = { none: 0, relu: 1, tanh: 2, sigmoid: 3 };
