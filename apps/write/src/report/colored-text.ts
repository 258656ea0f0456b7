import { html, type Markup } from "@nn-tooling/app-kit";

/** Ink of positive and of negative activations; told from each other by color-blind eyes. */
const positive = [234, 88, 12] as const;
const negative = [37, 99, 235] as const;

/** A unit's activations over a text: each character on its color. */
export function coloredText(text: readonly string[], values: ArrayLike<number>): Markup {
  return html`<p class="activations">${text.map(
    (character, i) => html`<span style="background:${cssColor(values[i]!)}">${visible(character)}</span>`,
  )}</p>`;
}

// A bit more than the lines of the novel have.
const columns = 76;
const cell = { width: 8.4, height: 19 };
const margin = 12;

/** The same as a picture of its own, a block of text a unit. */
export function coloredTextSvg(
  text: readonly string[],
  units: readonly { readonly title: string; readonly values: ArrayLike<number> }[],
): string {
  const width = columns * cell.width + 2 * margin;
  const places = placesOf(text);
  const rows = (places.at(-1)?.[1] ?? 0) + 1;
  const block = (rows + 2) * cell.height;
  const blocks = units.map(
    ({ title, values }, unit) => html`<g transform="translate(${margin} ${margin + unit * block})">
<text class="title" y="${cell.height - 5}">${title}</text>${text.map((character, i) => {
      const [column, row] = places[i]!;
      const x = fixed(column * cell.width);
      const y = (row + 1) * cell.height;
      return html`<rect x="${x}" y="${y}" width="${cell.width}" height="${cell.height}" fill="${cssColor(values[i]!)}"/>${
        character.trim() === "" ? undefined : html`<text x="${x}" y="${y + 14}">${character}</text>`
      }`;
    })}</g>`,
  );
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${fixed(width)} ${margin + units.length * block}" width="${fixed(width)}">
<style>text { font: 14px ui-monospace, Menlo, monospace; fill: #16191f; } .title { font: 600 14px system-ui, sans-serif; }</style>
<rect width="100%" height="100%" fill="#ffffff"/>
${blocks}
</svg>
`.markup;
}

/** Pixels of all units (rows) over the text (columns): zero is white. */
export function heatMapPixels(values: Float32Array, length: number, units: number): Uint8Array {
  const pixels = new Uint8Array(length * units * 4);
  for (let unit = 0; unit < units; unit++) {
    for (let i = 0; i < length; i++) {
      const value = values[i * units + unit]!;
      const ink = value >= 0 ? positive : negative;
      const at = (unit * length + i) * 4;
      for (const [channel, level] of ink.entries())
        pixels[at + channel] = Math.round(255 + (level - 255) * strength(value));
      pixels[at + 3] = 255;
    }
  }
  return pixels;
}

/** Where each character stands; lines end with the text's, or when they are full. */
function placesOf(text: readonly string[]): [column: number, row: number][] {
  let [column, row] = [0, 0];
  return text.map((character) => {
    if (column === columns) [column, row] = [0, row + 1];
    const place: [number, number] = [column++, row];
    if (character === "\n") [column, row] = [0, row + 1];
    return place;
  });
}

function visible(character: string): string {
  return character === "\n" ? "⏎\n" : character;
}

function cssColor(value: number): string {
  return `rgba(${(value >= 0 ? positive : negative).join(",")},${strength(value).toFixed(2)})`;
}

function strength(value: number): number {
  return 0.85 * Math.min(1, Math.abs(value));
}

function fixed(value: number): number {
  return Math.round(value * 10) / 10;
}
