/// <reference types="node" />
export type { Digits, LoadMnistDigitsOptions } from "./node/load-mnist-digits.js";
export { loadMnistDigits } from "./node/load-mnist-digits.js";
