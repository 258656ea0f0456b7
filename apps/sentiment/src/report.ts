import { duration, html, lineChart, type Markup, page, percent, type Series, table, whole } from "@nn-tooling/app-kit";
import { baselines } from "./baselines.js";
import { isRight, type Judged, saysPraise } from "./cross-validation.js";
import { weighted } from "./highlight.js";
import type { Metrics } from "./metrics.js";
import { examplesOf, strongestWords, type WordWeight } from "./scores.js";
import type { Member } from "./training.js";

/** What the report shows. */
export interface ReportData {
  readonly metrics: Metrics;
  readonly judged: readonly Judged[];
  /** The nets of the first fold. */
  readonly members: readonly Member[];
}

/** The report as one HTML page that loads nothing and runs no script. */
export function renderReport({ metrics, judged, members }: ReportData): string {
  const { accuracy, baseline, difference, sentencesUsed, folds, seconds, parameters, words } = metrics;
  const points = (100 * Math.abs(difference)).toFixed(2);
  return page({
    title: `Praise and blame: ${percent(accuracy)}`,
    heading: "Praise and blame in reviews",
    lead: `Bidirectional recurrent networks judge ${whole(sentencesUsed)} sentences, each by nets that were trained on the other ${folds - 1} of ${folds} folds.`,
    tiles: [
      { name: "Accuracy", value: percent(accuracy), note: `of ${whole(sentencesUsed)} sentences` },
      {
        name: "Naive Bayes",
        value: percent(baseline.accuracy),
        note: `${points} points ${difference < 0 ? "above" : "below"} the network; ${baseline.name}`,
      },
      { name: "Time", value: duration(seconds), note: `${folds} × ${metrics.members} nets` },
      { name: "Parameters", value: whole(parameters), note: `of each net, ${whole(words)} words` },
    ],
    sections: [comparison(metrics, judged), examples(metrics, judged), wordBars(judged), learning(metrics, members)],
    footer:
      "Sentences: Kotzias et al. (2015), Sentiment Labelled Sentences of the UCI repository, from the tests of the npm package sentiment 5.0.2.",
    css,
  });
}

/** Accuracies side by side, and by length. */
function comparison(metrics: Metrics, judged: readonly Judged[]): Markup {
  const rows = [{ name: "network", ...metrics }, ...metrics.baselines];
  const sources = Object.keys(metrics.bySource);
  const at = baselines.findIndex(({ name }) => name === metrics.baseline.name);
  const accuracyByLength = (right: (one: Judged) => boolean): [number, number][] =>
    lengthGroups(judged).map(([length, group]) => [length, group.filter(right).length / group.length]);
  const series: Series[] = [
    { name: "network", tone: "a", points: accuracyByLength(isRight) },
    { name: "naive Bayes", tone: "b", points: accuracyByLength(({ naive, label }) => naive[at] === label) },
  ];
  return html`
<section aria-labelledby="comparison">
  <h2 id="comparison">Beside naive Bayes</h2>
  <p class="note">All were trained on the same folds. The better naive Bayes alone was right on ${whole(metrics.onlyBaseline)}
  sentences, the network alone on ${whole(metrics.onlyNet)}. A single net without the others has ${percent(metrics.memberAccuracy)}.</p>
  ${table(
    ["", "all", ...metrics.byFold.map((_, i) => `fold ${i + 1}`), ...sources],
    rows.map(({ name, accuracy, byFold, bySource }) => [
      name,
      percent(accuracy),
      ...byFold.map((value) => percent(value, 1)),
      ...sources.map((source) => percent(bySource[source]!, 1)),
    ]),
  )}
  ${lineChart({
    id: "length-chart",
    title: "Accuracy by length of the sentence",
    description: `Accuracy of the network and of naive Bayes in ${series[0]!.points.length} groups of sentences, from short to long.`,
    xLabel: "words and marks, mean of the group",
    series,
    format: (y) => percent(y, 0),
    yMax: 1,
    wide: true,
  })}
</section>`;
}

/** Eight groups of equal size, by their mean length. */
function lengthGroups(judged: readonly Judged[]): [number, Judged[]][] {
  const sorted = [...judged].sort((a, b) => a.words.length - b.words.length);
  const size = Math.ceil(sorted.length / 8);
  return Array.from({ length: Math.ceil(sorted.length / size) }, (_, i) => {
    const group = sorted.slice(i * size, (i + 1) * size);
    return [group.reduce((sum, { words }) => sum + words.length, 0) / group.length, group];
  });
}

/** Sentences with what each word adds. */
function examples(metrics: Metrics, judged: readonly Judged[]): Markup {
  const at = baselines.findIndex(({ name }) => name === metrics.baseline.name);
  const { onlyNet, onlyBaseline, bothWrong, right } = examplesOf(judged, at, 8);
  const group = (title: string, list: readonly Judged[]) =>
    html`<h3>${title}</h3><ul class="sentences">${list.map(sentence)}</ul>`;
  return html`
<section aria-labelledby="examples">
  <h2 id="examples">Which words decide</h2>
  <p class="note">The gradient of the logit by the embedding of a word, times the embedding: blue speaks for praise, orange for
  blame. Titles of the words have the numbers.</p>
  ${group("Right, where naive Bayes is wrong", onlyNet)}
  ${group("Wrong, where naive Bayes is right", onlyBaseline)}
  ${group("Wrong both", bothWrong)}
  ${group("Right both, and surest", right)}
</section>`;
}

function sentence(judged: Judged): Markup {
  const said = saysPraise(judged.praise);
  const words = weighted(judged).map(({ text, weight }) => {
    const heat = Math.min(0.75, Math.abs(weight) / 1.5).toFixed(2);
    return html`<span class="${weight > 0 ? "for" : "against"}" style="--heat: ${heat}" title="${weight.toFixed(2)}">${text}</span> `;
  });
  const sure = percent(said ? judged.praise : 1 - judged.praise, 0);
  return html`<li><b class="${isRight(judged) ? "" : "wrong"}">${said ? "praise" : "blame"} ${sure}</b><span>${words}</span></li>`;
}

/** The strongest words, as bars. */
function wordBars(judged: readonly Judged[]): Markup {
  const least = Math.ceil(judged.length / 300);
  const { praise, blame } = strongestWords(judged, 15, least);
  const largest = Math.max(...[...praise, ...blame].map(({ weight }) => Math.abs(weight)));
  const bars = (title: string, tone: string, list: readonly WordWeight[]) => html`
  <div><h3>${title}</h3>
  <svg viewBox="0 0 460 ${list.length * 22}" role="img" aria-label="${title}: ${list.map(({ word }) => word).join(", ")}">${list.map(
    ({ word, count, weight }, i) => html`
    <text x="112" y="${22 * i + 11}" dy="0.32em" text-anchor="end" class="word">${word}</text>
    <rect class="${tone}" x="120" y="${22 * i + 3}" rx="3" height="16" width="${((280 * Math.abs(weight)) / largest).toFixed(1)}"><title>${weight.toFixed(2)} on average, ${count} times</title></rect>
    <text x="${(126 + (280 * Math.abs(weight)) / largest).toFixed(1)}" y="${22 * i + 11}" dy="0.32em" class="value">${weight.toFixed(2)}</text>`,
  )}</svg></div>`;
  return html`
<section aria-labelledby="words">
  <h2 id="words">The strongest words</h2>
  <p class="note">Mean of what a word adds to the logit of praise where it stands, of words that stand there ${least} times or
  more. Words are stems: "wast" is wasted, waste and wasting.</p>
  <div class="charts">${bars("For praise", "for", praise)}${bars("For blame", "against", blame)}</div>
</section>`;
}

function learning(metrics: Metrics, members: readonly Member[]): Markup {
  const { environment } = metrics;
  const longest = Math.max(...members.map(({ history }) => history.length));
  const mean = (of: (member: Member, epoch: number) => number | undefined): [number, number][] =>
    Array.from({ length: longest }, (_, epoch): [number, number] => {
      const values = members.map((member) => of(member, epoch)).filter((value) => value !== undefined);
      return [epoch + 1, values.reduce((sum, value) => sum + value, 0) / values.length];
    });
  return html`
<section aria-labelledby="learning">
  <h2 id="learning">Learning</h2>
  <p class="note">The nets of the first fold, their mean. Each stops when the sentences that it holds back of the training folds
  do not get better, and takes the weights of its best epoch.</p>
  <div class="charts">${lineChart({
    id: "loss-chart",
    title: "Loss (binary cross-entropy)",
    description:
      "Mean loss of the nets of the first fold by epoch, on what they are trained on and on what stops them.",
    xLabel: "epoch",
    series: [
      { name: "training", tone: "a", points: mean(({ history }, epoch) => history[epoch]?.train.loss) },
      { name: "held back", tone: "b", points: mean(({ history }, epoch) => history[epoch]?.validation?.loss) },
    ],
    format: (y) => String(Number(y.toPrecision(3))),
    yMin: 0,
  })}
  <div>${table(
    [],
    [
      ["most epochs", metrics.epochs],
      ["batch size", metrics.batchSize],
      ["learning rate", metrics.lr],
      ["weight decay", metrics.weightDecay],
      ["size of embeddings, of each direction", `${metrics.embeddingSize}, ${metrics.hiddenSize}`],
      ["dropout, of words", `${metrics.dropout}, ${metrics.wordDropout}`],
      ["seed", metrics.seed],
      ["backend", environment.backend],
      ["threads", environment.threads],
      ["Node", environment.node],
      ["processor", `${environment.cpu} (${environment.cores} cores)`],
    ],
  )}</div></div>
</section>`;
}

const css = `
.sentences { list-style: none; margin: 4px 0 18px; padding: 0; }
.sentences li { display: grid; grid-template-columns: 120px 1fr; gap: 14px; padding: 7px 0; border-bottom: 1px solid var(--line); }
.sentences b { font-variant-numeric: tabular-nums; font-weight: 600; } .sentences b.wrong { color: var(--b); }
.sentences span span { border-radius: 4px; padding: 1px 3px; }
span.for { background: rgba(var(--good), var(--heat)); } span.against { background: rgba(var(--bad), var(--heat)); }
rect.for { fill: var(--a); } rect.against { fill: var(--b); }
h3 { font-size: 0.95rem; margin: 12px 0 4px; }
text.word { fill: var(--ink); font: 13px system-ui, sans-serif; } text.value { fill: var(--soft); font: 12px system-ui, sans-serif; }
`;
