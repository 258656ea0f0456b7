export type { GoldenCase, GoldenFile, GoldenTensor, GoldenTensors } from "./goldens.js";
export { parseGolden } from "./goldens.js";
