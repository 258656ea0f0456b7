import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { html, type Markup, raw } from "./html.js";

export interface Series {
  readonly name: string;
  /** Class of the style sheet that colors it: "a" or "b". */
  readonly tone: "a" | "b";
  /** `[x, y]`, x ascending. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface LineChart {
  readonly id: string;
  readonly title: string;
  /** What the chart shows, in a sentence for those who cannot see it. */
  readonly description: string;
  readonly xLabel: string;
  readonly series: readonly Series[];
  /** Prints values of the y axis. */
  readonly format: (y: number) => string;
  /** Smallest and largest y, where the data shall not decide. */
  readonly yMin?: number;
  readonly yMax?: number;
}

const width = 460;
const height = 260;
const margin = { top: 14, right: 92, bottom: 38, left: 52 };

/** A line chart as SVG: no script, colors from the page's style sheet, values as titles of the points. */
export function lineChart(chart: LineChart): Markup {
  const { id, title, description, xLabel, series, format } = chart;
  const points = series.flatMap((one) => one.points);
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const last = Math.max(...xs);
  const x = scaleLinear([Math.min(...xs), last], [margin.left, width - margin.right]);
  const low = chart.yMin ?? Math.min(...ys);
  const high = chart.yMax ?? Math.max(...ys);
  const y = scaleLinear([low, high > low ? high : low + 1], [height - margin.bottom, margin.top]).nice(5);
  const path = line<readonly [number, number]>(
    ([a]) => x(a),
    ([, b]) => y(b),
  ).digits(1);
  const xTicks = x.ticks(Math.min(8, last)).filter(Number.isInteger);
  return html`
<figure class="chart">
  <figcaption>${title}</figcaption>
  <svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-description">
    <title id="${id}-title">${title}</title>
    <desc id="${id}-description">${description}</desc>
    <g class="grid">${y.ticks(5).map(
      (tick) => html`
      <line x1="${margin.left}" x2="${width - margin.right}" y1="${round(y(tick))}" y2="${round(y(tick))}"/>
      <text x="${margin.left - 8}" y="${round(y(tick))}" dy="0.32em" text-anchor="end">${format(tick)}</text>`,
    )}</g>
    <g class="axis">${xTicks.map(
      (tick) => html`
      <text x="${round(x(tick))}" y="${height - margin.bottom + 18}" text-anchor="middle">${tick}</text>`,
    )}
      <text x="${(margin.left + width - margin.right) / 2}" y="${height - 4}" text-anchor="middle">${xLabel}</text>
    </g>
    ${series.map(
      (one) => html`<g class="series ${one.tone}">
      <path d="${path(one.points as [number, number][]) ?? ""}"/>
      ${one.points.map(
        ([a, b]) =>
          html`<circle cx="${round(x(a))}" cy="${round(y(b))}" r="3"><title>${one.name}, ${xLabel} ${a}: ${format(b)}</title></circle>`,
      )}
    </g>`,
    )}
    ${raw(labels(series, x, y))}
  </svg>
</figure>`;
}

/** Names at the ends of the lines, moved apart where they would lie on each other. */
function labels(series: readonly Series[], x: (value: number) => number, y: (value: number) => number): string {
  const ends = series
    .filter((one) => one.points.length > 0)
    .map((one) => ({ one, at: y(one.points.at(-1)![1]), left: x(one.points.at(-1)![0]) + 9 }))
    .sort((a, b) => a.at - b.at);
  for (let i = 1; i < ends.length; i++) ends[i]!.at = Math.max(ends[i]!.at, ends[i - 1]!.at + 15);
  const over = (ends.at(-1)?.at ?? 0) - (height - margin.bottom);
  if (over > 0) for (const end of ends) end.at -= over;
  return ends
    .map(({ one, at, left }) => {
      return html`<text class="label ${one.tone}" x="${round(left)}" y="${round(at)}" dy="0.32em">${one.name}</text>`;
    })
    .map((label) => label.markup)
    .join("");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
