import { type FusedKernels, sizeOf } from "@nn/backend";
import { sumChannels } from "./channels.js";
import { type Device, launchElements, params, reads, withScratch, writes } from "./launch.js";

/** Σ g and Σ g · (x − mean) of each channel, then the gradient of x element by element. */
export function batchNormGrad(device: Device): FusedKernels["batchNormGrad"] {
  return {
    dense: true,
    run({ inputs: [x, mean, variance, g, weight], outputs: [dx, dw, db], attrs: { eps } }) {
      const [images, channels] = x.shape;
      const inner = sizeOf(x.shape.slice(2));
      const weighted = weight === undefined ? "" : ".weight";
      withScratch(device, 2 * channels, (sums) => {
        sumChannels(device, {
          key: `batchNormGrad${weighted}`,
          shape: x.shape,
          sources: { x: x.buffer, g: g.buffer, mean: mean.buffer },
          part: `var sum = 0.0;
  var dot = 0.0;
  for (var e = begin; e < end; e += threads) {
    let p = place(channel, e);
    sum += g[p];
    dot += g[p] * (x[p] - mean[channel]);
  }
  let first = total(sum, thread);
  let second = total(dot, thread);`,
          results: {
            sums,
            ...(weight === undefined ? {} : { variance: variance.buffer, dw: dw.buffer, db: db.buffer }),
          },
          floats: { eps },
          end: `var sum = 0.0;
  var dot = 0.0;
  for (var part = 0u; part < params.parts; part++) {
    sum += firstOf(i, part);
    dot += secondOf(i, part);
  }
  sums[2u * i] = sum;
  sums[2u * i + 1u] = dot;
  ${weight === undefined ? "" : "dw[i] = dot / sqrt(variance[i] + params.eps); db[i] = sum;"}`,
        });
        launchElements(device, {
          key: `batchNormGrad.x${weighted}`,
          count: sizeOf(x.shape),
          params: [channels, inner, eps, 1 / (images * inner)],
          buffers: [x, mean, variance, g, weight].flatMap((operand) => operand?.buffer ?? []).concat(sums, dx.buffer),
          text: () => ({
            params: [...params("u32", "channels", "inner"), ...params("f32", "eps", "portion")],
            buffers: [
              ...reads("x", "mean", "variance", "g", ...(weight === undefined ? [] : ["weight"]), "sums"),
              ...writes("dx"),
            ],
            // dx = scale · (g − mean(g) − centered · mean(g · centered) / (variance + eps))
            body: `let c = i / params.inner % params.channels;
  let spread = variance[c] + params.eps;
  let slope = sums[2u * c + 1u] / spread * params.portion;
  let scale = ${weight === undefined ? "1.0" : "weight[c]"} / sqrt(spread);
  dx[i] = (g[i] - (x[i] - mean[c]) * slope - sums[2u * c] * params.portion) * scale;`,
          }),
        });
      });
    },
  };
}
