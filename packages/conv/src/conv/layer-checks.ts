import { UnsupportedError } from "@nn/tensor";
import { optionReason } from "../shared/pair.js";
import { noOperands, type Reason, throwReasons } from "../shared/reasons.js";
import type { PaddingMode } from "./padding-mode.js";

const modes: readonly string[] = ["zeros", "reflect", "replicate", "circular"] satisfies PaddingMode[];

/** Throws unless the channels are counts that the groups divide, the kernel fits, and the padding mode exists. */
export function checkConvLayer(
  where: string,
  inChannels: number,
  outChannels: number,
  { groups = 1, paddingMode = "zeros" }: { readonly groups?: number; readonly paddingMode?: PaddingMode },
  kernelReason: Reason | undefined,
): void {
  const counts = { inChannels, outChannels };
  const reasons = Object.entries(counts).map(([name, count]) => {
    if (!Number.isInteger(count) || count < 1)
      return optionReason(name, "an integer of 1 or more", count, `new ${where}(3, 16, …)`);
    if (count % groups === 0 || !(groups >= 1)) return undefined;
    return optionReason(
      name,
      `a multiple of groups = ${groups}`,
      count,
      "use groups that divide the channels of input and output",
    );
  });
  const modeReason = modes.includes(paddingMode)
    ? undefined
    : optionReason("paddingMode", `one of ${modes.join(", ")}`, paddingMode, 'paddingMode: "zeros"');
  throwReasons(where, noOperands, [...reasons, kernelReason, modeReason]);
}

/** Throws unless a transposed convolution is to cut its sides: there is nothing that could hold other values. */
export function checkTransposedPadding(where: string, paddingMode: PaddingMode | undefined): void {
  if (paddingMode === undefined || paddingMode === "zeros") return;
  throw new UnsupportedError({
    where,
    problem: `padding mode "${paddingMode}" does not exist here`,
    rows: [["expected", '"zeros"', `got "${paddingMode}"`]],
    fix: "leave it out: the padding of a transposed convolution cuts the result",
  });
}
