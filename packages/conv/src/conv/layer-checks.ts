import { UnsupportedError } from "@nn/tensor";
import { optionReason } from "../shared/pair.js";
import { noOperands, type Reason, throwReasons } from "../shared/reasons.js";

/** What the padding of a layer holds, in PyTorch's words. */
export type PaddingMode = "zeros" | "reflect" | "replicate" | "circular";

/** Throws unless the channels are counts that the groups divide, the kernel fits, and the padding is one of zeros. */
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
  throwReasons(where, noOperands, [...reasons, kernelReason]);
  if (paddingMode === "zeros") return;
  throw new UnsupportedError({
    where,
    problem: `padding mode "${paddingMode}" does not exist here`,
    rows: [["expected", '"zeros"', `got "${paddingMode}"`]],
    fix: "pad the input before the layer, and use padding: 0",
  });
}
