/** Where `gpu()` may differ from the oracle by more than 1e-5, on every engine. */
export const gpuTolerances: Readonly<Record<string, number>> = {
  // Sums of hundreds of products that nearly cancel, in f32.
  'conv2d, "many places, filters and window elements"': 3e-5,
};
