import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { wasm } from "../wasm.js";

const run = promisify(execFile);
const folder = join(import.meta.dirname, "../..");

/** Runs a module as a process of its own, with flags that its workers must not inherit. */
async function program(text: string): Promise<string> {
  const flags = ["--conditions=@nn/source", "--import=tsx", "--input-type=module", "--expose-gc"];
  const { stdout } = await run(process.execPath, [...flags, "--eval", text], { cwd: folder, timeout: 60_000 });
  return stdout.trim();
}

const use = `
  import { wasm } from "./src/index.ts";
  const backend = await wasm({ threads: 3 });
  const buffer = backend.alloc("f32", 300000);
  const x = { buffer, dtype: "f32", shape: [300000], strides: [1], offset: 0 };
  backend.write(buffer, new Float32Array(300000).fill(2));
  backend.kernels.unary.run({ inputs: [x], outputs: [x], attrs: { kind: "exp" }, scalars: [], saved: [] });
  console.log(backend.capabilities.threads, backend.readSync(buffer)[299999].toFixed(3));
`;

describe("threads in Node", { timeout: 60_000 }, () => {
  it("let the process end by itself, without dispose()", async () => {
    expect(await program(use)).toBe("3 7.389");
  });

  it("end with the backend that nobody holds any more", async () => {
    const text = `
      import { Worker } from "node:worker_threads";
      import { wasm } from "./src/index.ts";
      let ended = 0;
      const { terminate } = Worker.prototype;
      Worker.prototype.terminate = function () { ended++; return terminate.call(this); };
      await (async () => void (await wasm({ threads: 3 })))();
      for (let i = 0; i < 200 && ended < 2; i++) {
        gc();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      console.log(ended);
    `;
    expect(await program(text)).toBe("2");
  });

  it("are as many as asked for, and end with dispose()", async () => {
    const backend = await wasm({ threads: 2 });
    expect(backend.capabilities.threads).toBe(2);
    await backend.dispose();
    await backend.dispose();
  });

  it("run the script that src/worker.ts gives", async () => {
    await run(process.execPath, [join(folder, "scripts/build-worker.mjs"), "--check"]);
  });
});
