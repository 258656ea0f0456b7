import type { Summary } from "./summary.js";

const numbers = new Intl.NumberFormat("en-US");

/** A summary as an aligned table with totals. */
export function printTable(summary: Summary): string {
  const cells = summary.rows.map((row) => [
    row.path || "(model)",
    row.type,
    row.outputShape === undefined ? "not called" : `[${row.outputShape.join(", ")}]`,
    numbers.format(row.parameters),
  ]);
  const table = [["layer", "type", "output", "parameters"], ...cells];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column].length)));
  const line = (row: string[]) =>
    row.map((cell, i) => (i === 3 ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join("  ");
  const rule = "─".repeat(widths.reduce((total, width) => total + width, 6));
  const { parameters, trainable, buffers, parameterBytes } = summary;
  return [
    line(table[0]),
    rule,
    ...table.slice(1).map(line),
    rule,
    `parameters  ${numbers.format(parameters)} (${numbers.format(trainable)} trainable), ${bytes(parameterBytes)}`,
    `buffers     ${numbers.format(buffers)}`,
  ].join("\n");
}

function bytes(count: number): string {
  if (count < 1024) return `${count} B`;
  const exponent = Math.min(Math.floor(Math.log2(count) / 10), 3);
  return `${(count / 1024 ** exponent).toFixed(1)} ${["B", "KiB", "MiB", "GiB"][exponent]}`;
}
