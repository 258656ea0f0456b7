import { html, type Markup, percent } from "@nn-tooling/app-kit";
import type { Metrics } from "../metrics.js";

/** The confusion matrix as a table, colored by the share of each row. */
export function confusion({ confusion: matrix }: Metrics): Markup {
  const classes = matrix.map((_, digit) => digit);
  const totals = matrix.map((row) => row.reduce((sum, count) => sum + count, 0));
  const worst = Math.max(1, ...matrix.flatMap((row, i) => row.filter((_, j) => i !== j)));
  const cell = (row: number, column: number): Markup => {
    const count = matrix[row]![column]!;
    if (count === 0) return html`<td class="none">·</td>`;
    const right = row === column;
    const heat = right ? 0.15 + 0.55 * (count / totals[row]!) : 0.2 + 0.6 * (count / worst);
    const title = `${count} of ${totals[row]} images of ${row} read as ${column}`;
    return html`<td class="${right ? "right" : "wrong"}" style="--heat: ${heat.toFixed(2)}" title="${title}">${count}</td>`;
  };
  return html`
<section aria-labelledby="confusion">
  <h2 id="confusion">Confusion matrix</h2>
  <p class="note">Rows are the digits, columns what they were read as. Blue is right, orange is wrong.</p>
  <div class="matrix"><div class="scroll"><table class="confusion">
    <thead><tr><td></td>${classes.map((digit) => html`<th scope="col">${digit}</th>`)}<th scope="col">found</th></tr></thead>
    <tbody>${classes.map(
      (row) => html`<tr><th scope="row">${row}</th>${classes.map((column) => cell(row, column))}
      <th scope="row">${totals[row] === 0 ? "–" : percent(matrix[row]![row]! / totals[row]!, 1)}</th></tr>`,
    )}</tbody>
  </table></div>
  ${frequent(matrix)}</div>
</section>`;
}

/** The pairs that were mixed up most often, in either direction. */
function frequent(matrix: Metrics["confusion"]): Markup | undefined {
  const pairs = matrix
    .flatMap((row, i) => row.slice(0, i).map((count, j) => ({ a: j, b: i, count: count + matrix[j]![i]! })))
    .filter((pair) => pair.count > 0)
    .sort((x, y) => y.count - x.count)
    .slice(0, 8);
  if (pairs.length === 0) return undefined;
  return html`<div><h3>Mixed up most often</h3><ul class="pairs">${pairs.map(
    ({ a, b, count }) =>
      html`<li><span>${a} and ${b}</span><span>${count} ${count === 1 ? "time" : "times"}</span></li>`,
  )}</ul></div>`;
}
