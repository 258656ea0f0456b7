export type { HostTensor, Safetensors, StoredTensor } from "./read-safetensors.js";
export { readSafetensors } from "./read-safetensors.js";
export type { SafetensorsDType } from "./safetensors-dtypes.js";
export type { LoadOptions } from "./state-dict.js";
export { loadStateDict, saveStateDict } from "./state-dict.js";
export { writeSafetensors } from "./write-safetensors.js";
