import { parameters, setBackend } from "@nn/tensor";
import type { FitResult } from "@nn/train";
import { progress } from "@nn/train/node";
import { duration, environmentOf, makeBackend, percent, ResultFolder, say, whole } from "@nn-tooling/app-kit";
import { forecastYear } from "./forecasts.js";
import { fitMargins } from "./intervals.js";
import { type HorizonScores, mean, measure } from "./measure.js";
import type { Metrics } from "./metrics.js";
import type { Forecaster } from "./model.js";
import type { Options } from "./options.js";
import { renderReport } from "./report.js";
import { type BirthSeries, loadBirths, prepare } from "./series.js";
import type { Settings } from "./settings.js";
import { trainForecaster } from "./training.js";

/** The distances that the table shows. */
const shown = [1, 7, 28];

/**
 * Trains, measures and reports, as the command line asks.
 *
 * @returns the exit code
 */
export async function run({ settings, out, json, threads }: Options): Promise<number> {
  const series = prepare(await loadBirths(), settings.year, settings.years);
  const backend = await makeBackend(settings.backend, threads);
  const files = ResultFolder.begin(out, json);
  setBackend(backend);
  const { test, validation } = series.years;
  say(
    `${whole(series.train.length)} windows before ${validation} to train on, ${validation} for the intervals, ${test} held back.`,
  );
  const { model, result } = await trainForecaster(series.train, settings, [progress()]);
  const margins = fitMargins(series.births, await forecastYear(model, series.births, series.scaler, validation));
  const forecasts = await forecastYear(model, series.births, series.scaler, test);
  const scores = await measure(series.births, forecasts, margins, series.past);
  const metrics = metricsOf(settings, series, model, result, scores);
  await files.write(metrics, renderReport({ metrics, births: series.births, forecasts, margins }));
  tell(metrics, files);
  return 0;
}

function metricsOf(
  settings: Settings,
  series: BirthSeries,
  model: Forecaster,
  result: FitResult,
  ahead: readonly HorizonScores[],
): Metrics {
  const horizons = ahead.filter((one) => shown.includes(one.ahead));
  const relative = horizons.map(({ relativeMase }) => relativeMase);
  return {
    mase: mean(relative),
    worstMase: Math.max(...relative),
    coverage: mean(ahead.map((one) => one.coverage)),
    seconds: result.seconds,
    ...settings,
    parameters: parameters(model).reduce((total, { size }) => total + size, 0),
    trainWindows: series.train.length,
    horizons,
    ahead,
    losses: result.history.map(({ train }) => train.loss),
    environment: environmentOf(parameters(model)[0]!.backend),
  };
}

function tell({ horizons, mase, coverage, seconds, year }: Metrics, files: ResultFolder): void {
  const cell = (text: string) => text.padStart(14);
  const lines = horizons.map((one) =>
    [
      `${one.ahead} ${one.ahead === 1 ? "day" : "days"}`,
      one.mase.toFixed(3),
      ...Object.values(one.naive).map((naive) => naive.mase.toFixed(3)),
      one.relativeMase.toFixed(3),
      `± ${whole(one.mae)}`,
      percent(one.coverage, 1),
    ]
      .map(cell)
      .join(""),
  );
  const head = ["ahead", "MASE", ...Object.keys(horizons[0]!.naive), "relative", "births", "in interval"];
  console.log(`
Forecasts of ${year}, of each day from so many days before
${head.map(cell).join("")}
${lines.join("\n")}

MASE by that of the better naive forecast   ${mase.toFixed(3)} (${percent(Math.abs(1 - mase), 1)} ${mase <= 1 ? "better" : "worse"})
days inside the intervals of 90 %           ${percent(coverage, 1)}
training                                    ${duration(seconds)}
report                                      ${files.report}
metrics                                     ${files.metrics}`);
}
