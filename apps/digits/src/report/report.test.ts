import { describe, expect, it } from "vitest";
import type { Metrics } from "../metrics.js";
import { defaults } from "../settings.js";
import { renderReport } from "./report.js";
import type { ReportData } from "./report-data.js";

const epoch = { lr: 0.001, trainLoss: 0.3, trainAccuracy: 0.9, heldBackLoss: 0.1, heldBackAccuracy: 0.95, seconds: 7 };
const confusion = Array.from({ length: 10 }, (_, i) =>
  Array.from({ length: 10 }, (_, j): number => (i === j ? 19 : 0)),
);
confusion[4]![9] = 1;

const metrics: Metrics = {
  ...defaults,
  accuracy: 0.9947,
  loss: 0.1,
  errors: 1,
  trainDigits: 8000,
  heldBackDigits: 191,
  seconds: 61.25,
  samplesPerSecond: 1111,
  steps: 2000,
  parameters: 20_522,
  confusion,
  history: [1, 2].map((n) => ({ ...epoch, epoch: n, samplesPerSecond: 1111 })),
  weightsSha256: "abc123",
  environment: { backend: "cpu <x>", threads: 1, node: "20.0.0", cpu: "A & B", cores: 2, system: "linux x64" },
};

const data: ReportData = {
  metrics,
  mistakes: [{ pixels: new Float32Array(784), label: 4, prediction: 9, confidence: 0.875, onLabel: 0.1 }],
  filters: { size: 5, weights: [new Float32Array(25).fill(-0.5), new Float32Array(25).fill(0.25)] },
  journey: {
    pixels: new Float32Array(784),
    label: 5,
    stages: [{ name: "first convolution", width: 24, height: 24, maps: [new Float32Array(576)] }],
    probabilities: [0, 0, 0, 0, 0, 1, 0, 0, 0, 0],
  },
  layers: [{ path: "conv1", type: "Conv2d", output: "8 × 24 × 24", parameters: 208 }],
};

describe("renderReport", () => {
  const page = renderReport(data);

  it("shows results, curves, mistakes, filters, maps, model, settings and environment", () => {
    for (const text of [
      "99.47 %",
      "61.3 s",
      ">Accuracy</title>",
      ">Loss (cross-entropy)</title>",
      "1 of 20 images of 4 read as 9",
      "4 and 9</span><span>1 time<",
      'alt="A handwritten 4, read as 9"',
      "88 % sure",
      'alt="Filter 2 of the first layer"',
      'alt="first convolution, map 1"',
      "100.0 % on 5",
      "conv1",
      "20,522",
      "A &amp; B (2 cores)",
      "cpu &lt;x&gt;",
      "abc123",
    ]) {
      expect(page.includes(text), text).toBe(true);
    }
  });

  it("is one file: loads nothing and runs nothing", () => {
    expect(page).not.toMatch(/<script|<iframe|@import|url\(|https?:|\son\w+=/i);
    const references = [...page.matchAll(/\s(?:src|href|srcset)="([^"]*)"/g)].map((match) => match[1]!);
    expect(references.length).toBeGreaterThan(4);
    for (const reference of references) expect(reference).toMatch(/^data:/);
  });

  it("names every picture and chart", () => {
    for (const [image] of page.matchAll(/<img[^>]*>/g)) expect(image).toMatch(/ alt="[^"]+"/);
    for (const [chart] of page.matchAll(/<svg[^>]*>/g)) expect(chart).toContain("aria-labelledby");
  });

  it("says what was measured on while settings are chosen", () => {
    expect(renderReport({ ...data, metrics: { ...metrics, tune: true } })).toContain("validation");
  });

  it("shows a run of one epoch and without a mistake", () => {
    const one = renderReport({ ...data, mistakes: [], metrics: { ...metrics, history: metrics.history.slice(0, 1) } });
    expect(one).toContain("None.");
    expect(one).not.toContain("NaN");
  });
});
