import { expect, it } from "vitest";
import type { Judged } from "./cross-validation.js";
import { terminalLine } from "./highlight.js";
import { wordsOf } from "./words.js";

const text = "Not good at all.";
const judged: Judged = {
  text,
  ...wordsOf(text),
  label: 0,
  source: "yelp",
  fold: 0,
  praise: 0.1,
  attribution: new Float32Array([-1.24, 0.5, 0, -0.1, 0]),
  naive: [1, 1],
};

it("puts weights behind the words that count", () => {
  expect(terminalLine(judged, false)).toBe(" blame  90 %  Not(−1.2) good(+0.5) at all .");
});

it("colors them on a terminal", () => {
  const line = terminalLine(judged, true);
  expect(line).toContain("\u001b[31m");
  expect(line).toContain("\u001b[32mgood");
  expect(line).not.toContain("0.5");
});
