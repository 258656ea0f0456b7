import { html, type Markup, raw } from "./html.js";
import { style } from "./style.js";

/** A number in large print. */
export interface Tile {
  readonly name: string;
  readonly value: string;
  readonly note: string;
}

/** A report. */
export interface Page {
  /** Of the browser's window. */
  readonly title: string;
  readonly heading: string;
  readonly lead: string;
  readonly tiles: readonly Tile[];
  readonly sections: readonly (Markup | undefined)[];
  readonly footer: string;
  /** Rules besides those that all reports have. */
  readonly css?: string;
}

/** The report as one HTML page that loads nothing and runs no script. */
export function page({ title, heading, lead, tiles, sections, footer, css = "" }: Page): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${raw(style + css)}</style>
</head>
<body>
<main>
<header>
  <h1>${heading}</h1>
  <p class="lead">${lead}</p>
  <dl class="tiles">
    ${tiles.map(
      ({ name, value, note }) => html`<div class="tile"><dt>${name}</dt><dd>${value}<small>${note}</small></dd></div>`,
    )}
  </dl>
</header>
${sections}
<footer>${footer}</footer>
</main>
</body>
</html>
`.markup;
}

/** A row of a table: its name, then its cells. */
export type Row = readonly [name: string | number, ...cells: (string | number | Markup)[]];

/** A table whose first column names the rows; the others are numbers. */
export function table(head: readonly string[], rows: readonly Row[]): Markup {
  const [corner, ...names] = head;
  return html`
<div class="scroll"><table class="rows">
  ${
    head.length === 0
      ? undefined
      : html`<thead><tr><th scope="col">${corner}</th>${names.map((name) => html`<th scope="col" class="number">${name}</th>`)}</tr></thead>`
  }
  <tbody>${rows.map(
    ([name, ...cells]) =>
      html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td${raw(head.length === 0 ? "" : ' class="number"')}>${cell}</td>`)}</tr>`,
  )}</tbody>
</table></div>`;
}
