import { scaleLinear } from "d3-scale";
import { area, line } from "d3-shape";
import { html, type Markup } from "./html.js";

/** Which color of the style sheet. "soft" is the gray of what is only compared with. */
export type Tone = "a" | "b" | "c" | "soft";

export interface Series {
  readonly name: string;
  readonly tone: Tone;
  /** `[x, y]`, x ascending. */
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Whether each point is marked, with its values as a title. Default: where there are at most 60. */
  readonly dots?: boolean;
}

/** The space between two lines, such as an interval of forecasts. */
export interface Band {
  readonly name: string;
  readonly tone: Tone;
  readonly points: readonly (readonly [x: number, low: number, high: number])[];
}

export interface LineChart {
  readonly id: string;
  readonly title: string;
  /** What the chart shows, in a sentence for those who cannot see it. */
  readonly description: string;
  readonly xLabel: string;
  readonly series: readonly Series[];
  readonly bands?: readonly Band[];
  /** Prints values of the y axis. */
  readonly format: (y: number) => string;
  /** Prints values of the x axis. Default: the number. */
  readonly formatX?: (x: number) => string;
  /** Where the x axis has labels. Default: about eight whole numbers. */
  readonly xTicks?: readonly number[];
  /** Smallest and largest y, where the data shall not decide. */
  readonly yMin?: number;
  readonly yMax?: number;
  /** Twice as wide. Default false. */
  readonly wide?: boolean;
}

const height = 260;
const margin = { top: 14, right: 92, bottom: 38, left: 52 };

/** A line chart as SVG: no script, colors from the page's style sheet, values as titles of the points. */
export function lineChart(chart: LineChart): Markup {
  const { id, title, description, xLabel, series, bands = [], format, formatX = String, wide = false } = chart;
  const width = wide ? 940 : 460;
  const points = series.flatMap((one) => one.points);
  const xs = points.map(([x]) => x);
  const ys = [...points.map(([, y]) => y), ...bands.flatMap((band) => band.points.flatMap(([, a, b]) => [a, b]))];
  const last = Math.max(...xs);
  const x = scaleLinear([Math.min(...xs), last], [margin.left, width - margin.right]);
  const low = chart.yMin ?? Math.min(...ys);
  const high = chart.yMax ?? Math.max(...ys);
  const y = scaleLinear([low, high > low ? high : low + 1], [height - margin.bottom, margin.top]).nice(5);
  const path = line<readonly [number, number]>(
    ([a]) => x(a),
    ([, b]) => y(b),
  ).digits(1);
  const between = area<Band["points"][number]>(
    ([a]) => x(a),
    ([, b]) => y(b),
    ([, , c]) => y(c),
  ).digits(1);
  const xTicks = chart.xTicks ?? x.ticks(Math.min(8, last)).filter(Number.isInteger);
  const dots = ({ name, points, dots: marked = points.length <= 60 }: Series) =>
    (marked ? points : []).map(
      ([a, b]) =>
        html`<circle cx="${round(x(a))}" cy="${round(y(b))}" r="3"><title>${name}, ${xLabel} ${formatX(a)}: ${format(b)}</title></circle>`,
    );
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
      <text x="${round(x(tick))}" y="${height - margin.bottom + 18}" text-anchor="middle">${formatX(tick)}</text>`,
    )}
      <text x="${(margin.left + width - margin.right) / 2}" y="${height - 4}" text-anchor="middle">${xLabel}</text>
    </g>
    ${bands.map(
      ({ name, tone, points }) =>
        html`<path class="band ${tone}" d="${between(points as Band["points"][number][]) ?? ""}"><title>${name}</title></path>`,
    )}
    ${series.map(
      (one) => html`<g class="series ${one.tone}">
      <path d="${path(one.points as [number, number][]) ?? ""}"/>
      ${dots(one)}
    </g>`,
    )}
    ${labels(series, x, y)}
  </svg>
</figure>`;
}

/** Names at the ends of the lines, moved apart where they would lie on each other. */
function labels(
  series: readonly Series[],
  x: (value: number) => number,
  y: (value: number) => number,
): readonly Markup[] {
  const ends = series
    .filter((one) => one.points.length > 0)
    .map((one) => ({ one, at: y(one.points.at(-1)![1]), left: x(one.points.at(-1)![0]) + 9 }))
    .sort((a, b) => a.at - b.at);
  for (let i = 1; i < ends.length; i++) ends[i]!.at = Math.max(ends[i]!.at, ends[i - 1]!.at + 15);
  const over = (ends.at(-1)?.at ?? 0) - (height - margin.bottom);
  if (over > 0) for (const end of ends) end.at -= over;
  return ends.map(
    ({ one, at, left }) =>
      html`<text class="label ${one.tone}" x="${round(left)}" y="${round(at)}" dy="0.32em">${one.name}</text>`,
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
