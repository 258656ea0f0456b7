// Loaded before an app that asks for the GPU: gives Node the `navigator.gpu` that browsers have.
import { create } from "webgpu";

try {
  globalThis.navigator ??= {};
  // Held there for good: devices die with the object that made them.
  Object.defineProperty(globalThis.navigator, "gpu", { value: create([]), configurable: true });
} catch (error) {
  console.error(`WebGPU does not start: ${error}`);
}
