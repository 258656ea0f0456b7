import type { WasmExports } from "./exports.js";

/** Runs a program over the elements from `from` to `to`. The other numbers are addresses. */
type Run = (from: number, to: number, tensors: number, vectors: number, own: number) => void;

/** Functions are never given back, for a program may come again at any time: beyond so many, programs are interpreted. */
const most = 256;

/**
 * Functions that are made at run time, one for a program. A worker makes its own from the same bytes (see worker.ts): it
 * sleeps in a loop, where nothing reaches it but memory.
 */
export class Programs {
  /** By number, from 1 on. */
  private readonly functions: (Run | undefined)[] = [undefined];
  private refused = false;

  /** What the module asks of the calling thread's host. */
  readonly imports = {
    program: (id: number, _address: number, _length: number, ...values: Parameters<Run>): number => {
      this.functions[id]!(...values);
      return 1;
    },
  };

  /** How many there are. */
  get count(): number {
    return this.functions.length - 1;
  }

  /** Makes a function, and gives its number; 0 where the host refuses, or there are too many. */
  add(bytes: Uint8Array<ArrayBuffer>, memory: WebAssembly.Memory, exports: WasmExports): number {
    if (this.refused || this.count >= most) return 0;
    try {
      // Small as it is, it may be made without waiting; an old engine, or a page's policy, may refuse.
      const { unaryRow, binaryRow } = exports;
      const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
        host: { memory, unaryRow, binaryRow },
      });
      this.functions.push(instance.exports.run as Run);
      return this.count;
    } catch {
      this.refused = true;
      return 0;
    }
  }
}
