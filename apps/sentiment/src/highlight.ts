import { styleText } from "node:util";
import { percent } from "@nn-tooling/app-kit";
import { type Judged, saysPraise } from "./cross-validation.js";

/** A word as it was written, and what it adds to the logit of praise. */
export interface WeightedWord {
  readonly text: string;
  readonly weight: number;
}

/** The words of a sentence with their weights. */
export function weighted({ written, attribution }: Judged): WeightedWord[] {
  return written.map((text, i) => ({ text, weight: attribution[i]! }));
}

/** Below this a word is left as it is. */
const weak = 0.15;

/**
 * A sentence for the terminal. In color: green speaks for praise, red for blame, strong words bold. Without: the weights of the
 * words that count stand behind them.
 */
export function terminalLine(judged: Judged, color: boolean): string {
  const said = saysPraise(judged.praise) ? "praise" : "blame";
  const sure = percent(Math.max(judged.praise, 1 - judged.praise), 0);
  const words = weighted(judged).map(({ text, weight }) => {
    if (Math.abs(weight) < weak) return text;
    if (!color) return `${text}(${weight > 0 ? "+" : "−"}${Math.abs(weight).toFixed(1)})`;
    const tone = weight > 0 ? "green" : "red";
    return styleText(Math.abs(weight) > 4 * weak ? [tone, "bold"] : tone, text, { validateStream: false });
  });
  return `${said.padStart(6)} ${sure.padStart(5)}  ${words.join(" ")}`;
}

/** Whether the terminal shows colors. */
export function showsColor(): boolean {
  return process.stdout.isTTY === true && process.stdout.hasColors();
}
