import { duration, html, lineChart, type Markup, percent, type Series, whole } from "@nn-tooling/app-kit";
import type { HistoryEntry, Metrics } from "../metrics.js";

/** How the training went: curves of loss and accuracy, and their numbers. */
export function learning({ history, tune }: Metrics): Markup {
  const measured = tune ? "validation" : "held back";
  const series = (train: keyof HistoryEntry, heldBack: keyof HistoryEntry): Series[] => [
    { name: "training", tone: "a", points: history.map((entry) => [entry.epoch, entry[train]]) },
    { name: measured, tone: "b", points: history.map((entry) => [entry.epoch, entry[heldBack]]) },
  ];
  const first = history[0]!;
  const last = history.at(-1)!;
  const accuracies = history.flatMap((entry) => [entry.trainAccuracy, entry.heldBackAccuracy]);
  return html`
<section aria-labelledby="learning">
  <h2 id="learning">Learning</h2>
  <p class="note">The training curves are those of distorted digits, taken while the weights were changing, so they lie
  below what the net can do. The digits ${measured} are only looked at: nothing is chosen by them.</p>
  <div class="charts">
    ${lineChart({
      id: "accuracy-chart",
      title: "Accuracy",
      description: `Accuracy by epoch: ${measured} from ${percent(first.heldBackAccuracy)} to ${percent(last.heldBackAccuracy)}.`,
      xLabel: "epoch",
      series: series("trainAccuracy", "heldBackAccuracy"),
      format: (y) => `${Number((100 * y).toFixed(2))} %`,
      yMin: Math.max(0, Math.min(...accuracies) - 0.01),
      yMax: 1,
    })}
    ${lineChart({
      id: "loss-chart",
      title: "Loss (cross-entropy)",
      description: `Loss by epoch: ${measured} from ${first.heldBackLoss.toFixed(3)} to ${last.heldBackLoss.toFixed(3)}.`,
      xLabel: "epoch",
      series: series("trainLoss", "heldBackLoss"),
      format: (y) => String(Number(y.toPrecision(3))),
      yMin: 0,
    })}
  </div>
  <details>
    <summary>The numbers</summary>
    <div class="scroll"><table class="rows">
      <thead><tr><th scope="col">epoch</th><th scope="col" class="number">training loss</th><th scope="col" class="number">accuracy</th>
      <th scope="col" class="number">${measured} loss</th><th scope="col" class="number">accuracy</th><th scope="col" class="number">learning rate</th>
      <th scope="col" class="number">time</th><th scope="col" class="number">digits/s</th></tr></thead>
      <tbody>${history.map(
        (entry) => html`<tr><th scope="row">${entry.epoch}</th><td class="number">${entry.trainLoss.toFixed(4)}</td>
        <td class="number">${percent(entry.trainAccuracy)}</td><td class="number">${entry.heldBackLoss.toFixed(4)}</td>
        <td class="number">${percent(entry.heldBackAccuracy)}</td><td class="number">${entry.lr.toPrecision(3)}</td>
        <td class="number">${duration(entry.seconds)}</td><td class="number">${whole(entry.samplesPerSecond)}</td></tr>`,
      )}</tbody>
    </table></div>
  </details>
</section>`;
}
