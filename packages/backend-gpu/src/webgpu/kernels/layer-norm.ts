import type { FusedKernels } from "@nn/backend";
import { type Device, params, reads, writes } from "./launch.js";
import { launchRows } from "./rows.js";

/** Mean and variance in two walks: the mean of the squares less the square of the mean would cancel. */
export function layerNorm(device: Device): FusedKernels["layerNorm"] {
  return {
    dense: true,
    run({ inputs: [x, weight, bias], outputs: [y, mean, variance], attrs: { eps } }) {
      const names = ["weight", "bias"].slice(0, Number(weight !== undefined) + Number(bias !== undefined));
      const scaled = `${names.includes("weight") ? " * weight[k]" : ""}${names.includes("bias") ? " + bias[k]" : ""}`;
      launchRows(device, {
        key: `layerNorm.${names.length}`,
        rows: x.shape[0],
        length: x.shape[1],
        params: [eps],
        buffers: [x, weight, bias, y, mean, variance].flatMap((operand) => operand?.buffer ?? []),
        text: () => ({
          params: params("f32", "eps"),
          buffers: [...reads("x", ...names), ...writes("y", "mean", "variance")],
          body: `let start = row * params.length;
  var sum = 0.0;
  for (var k = lane; k < params.length; k += lanes) { sum += x[start + k]; }
  let center = total(sum, lane) / f32(params.length);
  sum = 0.0;
  for (var k = lane; k < params.length; k += lanes) { let d = x[start + k] - center; sum += d * d; }
  let spread = total(sum, lane) / f32(params.length);
  let scale = 1.0 / sqrt(spread + params.eps);
  for (var k = lane; k < params.length; k += lanes) { y[start + k] = (x[start + k] - center) * scale${scaled}; }
  if (lane == 0u) { mean[row] = center; variance[row] = spread; }`,
        }),
      });
    },
  };
}
