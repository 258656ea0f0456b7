// PyTorch, native, one thread, in a process of its own that runs only while it is asked.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Cannot } from "./cannot.mjs";

const python = process.env.BENCH_PYTHON ?? "/usr/bin/python3";
const script = fileURLToPath(new URL("pytorch.py", import.meta.url));

/** Undefined where there is no Python with PyTorch. */
export async function pytorch() {
  if (!existsSync(python)) return undefined;
  const child = spawn(python, [script], { stdio: ["pipe", "pipe", "ignore"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done) return undefined;

  async function ask(request) {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error("PyTorch's process ended");
    const answer = JSON.parse(value);
    if (answer.cannot) throw new Cannot(answer.cannot);
    if (answer.error) throw new Error(answer.error);
    return answer;
  }

  return {
    name: "pytorch",
    version: JSON.parse(first.value).version,
    async prepare({ op, attrs, operands }) {
      await ask({ op, attrs, operands });
      return {
        sample: async (repeat) => (await ask({ repeat })).ms,
        outputs: async () => (await ask({})).outputs.map(floats),
      };
    },
    close: () => child.stdin.end(),
  };
}

function floats(base64) {
  const bytes = Uint8Array.from(Buffer.from(base64, "base64"));
  return new Float32Array(bytes.buffer);
}
