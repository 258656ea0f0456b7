import { fromBase64 } from "./base64.js";
import { binary, limitsFlag } from "./binary.generated.js";

/** The module for plain or for shared memory: the two differ in a single bit. */
export function compile(shared: boolean): Promise<WebAssembly.Module> {
  const bytes = fromBase64(binary);
  bytes[limitsFlag] = shared ? 3 : 1;
  return WebAssembly.compile(bytes);
}
