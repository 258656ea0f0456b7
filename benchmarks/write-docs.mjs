import { cpus } from "node:os";
export function environment(peers) {
  return {
    lines: [`Node ${process.version}, ${cpus()[0].model}`, peers.map((p) => `${p.name} ${p.version}`).join(", ")],
    facts: {},
  };
}
export function writeDocs() {}
