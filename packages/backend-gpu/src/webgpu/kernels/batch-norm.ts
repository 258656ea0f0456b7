import { type FusedKernels, sizeOf } from "@nn/backend";
import { sumChannels } from "./channels.js";
import { type Device, launchElements, params, reads, writes } from "./launch.js";

/**
 * Mean and variance of each part of a channel in two walks, put together by Chan's formula (Chan, Golub and LeVeque,
 * 1979): nothing cancels, however far from 0 the mean is.
 */
export function batchNorm(device: Device): FusedKernels["batchNorm"] {
  return {
    dense: true,
    run({ inputs: [x, weight, bias], outputs: [y, mean, variance], attrs: { eps } }) {
      sumChannels(device, {
        key: "batchNorm",
        shape: x.shape,
        sources: { x: x.buffer },
        part: `var sum = 0.0;
  for (var e = begin; e < end; e += threads) { sum += x[place(channel, e)]; }
  let first = total(sum, thread) / f32(end - start);
  sum = 0.0;
  for (var e = begin; e < end; e += threads) { let d = x[place(channel, e)] - first; sum += d * d; }
  let second = total(sum, thread);`,
        results: { mean: mean.buffer, variance: variance.buffer },
        end: `var sum = 0.0;
  for (var part = 0u; part < params.parts; part++) {
    sum += firstOf(i, part) * f32(min(params.share, params.size - part * params.share));
  }
  let center = sum / f32(params.size);
  sum = 0.0;
  for (var part = 0u; part < params.parts; part++) {
    let d = firstOf(i, part) - center;
    sum += secondOf(i, part) + d * d * f32(min(params.share, params.size - part * params.share));
  }
  mean[i] = center;
  variance[i] = sum / f32(params.size);`,
      });
      const names = ["weight", "bias"].slice(0, Number(weight !== undefined) + Number(bias !== undefined));
      const scaled = `${names.includes("weight") ? " * weight[c]" : ""}${names.includes("bias") ? " + bias[c]" : ""}`;
      launchElements(device, {
        key: `batchNorm.${names.length}`,
        count: sizeOf(x.shape),
        params: [x.shape[1], sizeOf(x.shape.slice(2)), eps],
        buffers: [x, mean, variance, weight, bias, y].flatMap((operand) => operand?.buffer ?? []),
        text: () => ({
          params: [...params("u32", "channels", "inner"), ...params("f32", "eps")],
          buffers: [...reads("x", "mean", "variance", ...names), ...writes("y")],
          body: `let c = i / params.inner % params.channels;
  y[i] = (x[i] - mean[c]) / sqrt(variance[c] + params.eps)${scaled};`,
        }),
      });
    },
  };
}
