/** Where `gpu()` may differ from the oracle by more than 1e-5, on every engine. */
export const gpuTolerances: Readonly<Record<string, number>> = {};
