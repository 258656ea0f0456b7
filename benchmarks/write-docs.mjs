import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { rateOf, ratioOf, show, times } from "./table.mjs";

const root = join(import.meta.dirname, "..");

/** Where and with what the figures are made. */
export function environment(peers) {
  const facts = {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    cpu: cpus()[0].model,
    cores: cpus().length,
    threads: 1,
    peers: Object.fromEntries(peers.map(({ name, version }) => [name, version])),
  };
  const versions = Object.entries(facts.peers).map((pair) => pair.join(" "));
  const machine = `Node ${facts.node}, ${facts.cpu} (${facts.cores} cores), one thread each, f32, medians, ${facts.date}`;
  return { facts, lines: [machine, `beside ${versions.join(", ")}`] };
}

/** Replaces what lies between the markers of docs/benchmarks.md and README.md. */
export function writeDocs(measured, about, load) {
  const { cores } = about.facts;
  const busy =
    load > 1.5
      ? `**Made on a busy machine**: an average load of ${load.toFixed(1)} on ${cores} cores, where the run itself makes one. Ratios, which come from samples in turn, suffer less than times; single ones may be off by a third.`
      : `Average load ${load.toFixed(1)} on ${cores} cores, of which the run itself makes one.`;
  const head = [...about.lines.map((line) => `${line}.`), "", busy];
  const areas = groupByArea(measured);
  const tables = [...areas].flatMap(([area, entries]) => ["", `## ${area}`, "", ...areaTable(entries)]);
  replaceBlock("docs/benchmarks.md", [...head, ...tables]);
  const chosen = measured.filter(({ row }) => inReadme.has(`${row.area}, ${row.name}, ${row.shape}`));
  if (chosen.length > 0) replaceBlock("README.md", [...readmeTable(chosen), "", busy]);
}

const columns = ["tfjs-wasm", "ort-web", "jax-js", "tfjs-cpu", "ort-node", "pytorch"];

const inReadme = new Set([
  "Matrix multiplication, matmul NN, 256",
  "Matrix multiplication, matmul TN, 256",
  "Convolution, forward, conv 3×3, 8×64×14×14",
  "Convolution, forward and backward, conv 3×3, 8×64×14×14",
  "Recurrent layers, LSTM, forward, n32 t50 in 64 h128",
  "Recurrent layers, LSTM, forward + backward, n32 t50 in 64 h128",
  "Networks and optimizers, CNN, forward, batch 64, 28×28",
  "Networks and optimizers, CNN, training step with Adam, batch 64, 28×28",
  "Overhead, one op, 8 elements",
]);

function groupByArea(measured) {
  const areas = new Map();
  for (const entry of measured) areas.set(entry.row.area, [...(areas.get(entry.row.area) ?? []), entry]);
  return areas;
}

function areaTable(entries) {
  const usable = entries.filter(({ results }) => results[0].cannot === undefined);
  const present = new Set(usable.flatMap(({ results }) => results.slice(1).map(({ name }) => name)));
  const names = columns.filter((name) => present.has(name));
  const notes = [];
  const rated = usable.some(({ row }) => row.work !== undefined);
  const lines = usable.map(({ row, results: [ours, ...peers] }) => {
    const rate = rated ? [row.work === undefined ? "" : rateOf(row, ours)] : [];
    const cells = names.map((name) =>
      cell(
        peers.find((peer) => peer.name === name),
        ours,
        row,
        notes,
      ),
    );
    return [row.name, row.shape, show(ours, row), ...rate, ...cells];
  });
  const skipped = entries
    .filter(({ results }) => results[0].cannot !== undefined)
    .map(({ row, results }) => `Left out: ${row.name}, for ${results[0].cannot}.`);
  const footnotes = notes.map((note, i) => `${i + 1}. ${note}`);
  const blocks = [
    lines.length > 0 ? table(["", "shape", "ours", ...(rated ? ["GF/s"] : []), ...names], lines) : [],
    footnotes.length > 0 ? ["", "Cannot:", "", ...footnotes] : [],
    skipped.length > 0 ? ["", ...skipped] : [],
  ];
  return blocks.flat();
}

function cell(peer, ours, row, notes) {
  if (peer === undefined) return "";
  if (peer.cannot === undefined) return `${show(peer, row)}, ${times(ratioOf(ours, peer))}`;
  const note = `${peer.name}: ${peer.cannot}`;
  if (!notes.includes(note)) notes.push(note);
  return `cannot (${notes.indexOf(note) + 1})`;
}

function readmeTable(entries) {
  const names = ["tfjs-wasm", "ort-web", "jax-js", "pytorch"];
  const lines = entries.map(({ row, results: [ours, ...peers] }) => {
    const ratios = names.map((name) => {
      const peer = peers.find((candidate) => candidate.name === name);
      if (peer === undefined) return "";
      return peer.cannot === undefined ? times(ratioOf(ours, peer)) : "cannot";
    });
    const direction = row.area.startsWith("Convolution, ") ? row.area.slice("Convolution".length) : "";
    return [`${row.name}${direction}, ${row.shape}`, show(ours, row), ...ratios];
  });
  return table(["", "ours", ...names], lines);
}

function table(head, lines) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? "---" : "---:"))), ...lines.map(line)];
}

function replaceBlock(path, lines) {
  const file = join(root, path);
  const text = readFileSync(file, "utf8");
  const [start, end] = ["<!-- bench:start -->", "<!-- bench:end -->"];
  const [before, after] = [text.indexOf(start), text.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`${path} lacks the markers ${start} and ${end}`);
  writeFileSync(file, `${text.slice(0, before + start.length)}\n\n${lines.join("\n")}\n\n${text.slice(after)}`);
}
