import { parameters, setBackend } from "@nn/tensor";
import { duration, environmentOf, makeBackend, percent, ResultFolder, say, whole } from "@nn-tooling/app-kit";
import { baselines } from "./baselines.js";
import { type CrossValidation, crossValidate, isRight } from "./cross-validation.js";
import { readSentences } from "./data.js";
import { showsColor, terminalLine } from "./highlight.js";
import type { Metrics } from "./metrics.js";
import type { Options } from "./options.js";
import { renderReport } from "./report.js";
import { compare, examplesOf, strongestWords } from "./scores.js";
import type { Settings } from "./settings.js";

/**
 * Trains, measures and reports, as the command line asks.
 *
 * @returns the exit code
 */
export async function run({ settings, out, json, threads }: Options): Promise<number> {
  const sentences = await readSentences(settings.sentences);
  const backend = await makeBackend(settings.backend, threads);
  const files = ResultFolder.begin(out, json);
  setBackend(backend);
  say(`${whole(sentences.length)} sentences, ${settings.folds} folds, ${settings.members} nets for each.`);
  const start = performance.now();
  const results = await crossValidate(sentences, settings, {
    onMember: (fold, { history, bestEpoch }) =>
      say(
        `fold ${fold + 1}: a net with the weights of epoch ${bestEpoch} of ${history.length}, loss ${history[bestEpoch - 1]!.validation!.loss.toFixed(3)}`,
      ),
    onFold: (fold, judged) =>
      say(
        `fold ${fold + 1}: ${percent(judged.filter(isRight).length / judged.length)} of its sentences judged rightly`,
      ),
  });
  const metrics = metricsOf(settings, results, (performance.now() - start) / 1000);
  await files.write(metrics, renderReport({ metrics, judged: results.judged, members: results.first }));
  tell(metrics, results, files);
  return 0;
}

function metricsOf(settings: Settings, { judged, first, memberAccuracy }: CrossValidation, seconds: number): Metrics {
  const [{ model, vocabulary }] = first as [(typeof first)[number]];
  return {
    ...compare(judged),
    memberAccuracy,
    seconds,
    ...settings,
    sentencesUsed: judged.length,
    parameters: parameters(model).reduce((total, { size }) => total + size, 0),
    words: vocabulary.size,
    environment: environmentOf(parameters(model)[0]!.backend),
  };
}

function tell(metrics: Metrics, { judged }: CrossValidation, files: ResultFolder): void {
  const { accuracy, difference, seconds, byFold } = metrics;
  const { onlyNet, onlyBaseline } = examplesOf(judged, baselineIndex(metrics), 5);
  const { praise, blame } = strongestWords(judged, 12, Math.ceil(judged.length / 300));
  const color = showsColor();
  const lines = (list: typeof onlyNet) => list.map((one) => terminalLine(one, color)).join("\n");
  const folds = (list: readonly number[]) => list.map((value) => percent(value, 1).padStart(8)).join("");
  const name = (text: string) => text.padEnd(36);
  console.log(`
Which words decide (gradient × input; ${color ? "green speaks for praise, red for blame" : "+ speaks for praise, − for blame"})
right, where naive Bayes is wrong
${lines(onlyNet)}
wrong, where naive Bayes is right
${lines(onlyBaseline)}
for praise: ${praise.map(({ word }) => word).join(", ")}
for blame:  ${blame.map(({ word }) => word).join(", ")}

${name("accuracy by fold")}${byFold.map((_, i) => String(i + 1).padStart(8)).join("")}     all
${name("network")}${folds([...byFold, accuracy])}
${metrics.baselines.map((one) => `${name(one.name)}${folds([...one.byFold, one.accuracy])}`).join("\n")}

accuracy    ${percent(accuracy)}, ${percent(Math.abs(difference))} ${difference < 0 ? "below" : "above"} the better naive Bayes
time        ${duration(seconds)}
report      ${files.report}
metrics     ${files.metrics}`);
}

/** Which of the baselines is the better one. */
function baselineIndex({ baseline }: Metrics): number {
  return baselines.findIndex(({ name }) => name === baseline.name);
}
