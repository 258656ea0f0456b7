import { gpu } from "@nn/backend-gpu";
import { type Support, support } from "@nn/testing";
import { idleDevice } from "./idle-device.js";
import { backends, suitesByPackage } from "./suites.js";

const legend = `# Which backend runs what, and how

Every op runs on every backend; what differs is how. All of it passes the same conformance suite.

- **required**: one of the 12 kernel families that every backend has.
- **fused**: an optional kernel ran for the op itself, for an op that it is made of, or in its gradient; named in the cell.
- **composed**: made of other ops, without an optional kernel.
- **view**: no kernel runs, the result shares memory.
- **host**: computed on the host and written.

\`gpu()\` is its WebGPU engine with the limits that every device has. The WebGL engines have the required
kernels, pools, activations and \`elementwise\`, and compose the rest.

Written by \`tooling/conformance\` from the cases of all ops: \`npx vitest run tooling/conformance/src/support.test.ts -u\`.
`;

/** The columns. */
const columns: typeof backends = { ...backends, "gpu()": () => gpu({ device: idleDevice() }) };

/** The contents of docs/support.md. */
export async function supportMatrix(): Promise<string> {
  const made = await Promise.all(Object.values(columns).map((make) => make()));
  const titles = Object.keys(columns).map((title) => `\`${title}\``);
  const sections = Object.entries(suitesByPackage).map(([name, suite]) => {
    const found = made.map((backend) => support(backend, suite));
    const rows = suite.map(({ op }, i) => [`\`${op}\``, ...found.map((column) => cell(column[i]))]);
    return `## @nn/${name}\n\n${table(["op", ...titles], rows)}`;
  });
  for (const backend of made) await backend.dispose();
  return `${[legend, ...sections].join("\n")}`;
}

function cell({ how, kernels }: Support): string {
  return how === "fused" ? `fused: ${kernels.map((name) => `\`${name}\``).join(", ")}` : how;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return `${[line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n")}\n`;
}
