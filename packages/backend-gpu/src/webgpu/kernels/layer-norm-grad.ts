import type { FusedKernels, Operand } from "@nn/backend";
import { type Device, launch, launchElements, params, reads, withScratch, writes } from "./launch.js";
import { launchRows } from "./rows.js";

/** The gradient of x row by row; those of weight and bias as sums of columns. */
export function layerNormGrad(device: Device): FusedKernels["layerNormGrad"] {
  return {
    dense: true,
    run({ inputs: [x, mean, variance, g, weight], outputs: [dx, dw, db], attrs: { eps } }) {
      const statistics = [x.buffer, mean.buffer, variance.buffer, g.buffer];
      const inner = weight === undefined ? "g[start + k]" : "g[start + k] * weight[k]";
      launchRows(device, {
        key: `layerNormGrad.${weight === undefined ? 0 : 1}`,
        rows: x.shape[0],
        length: x.shape[1],
        params: [eps],
        buffers: [...statistics, ...(weight === undefined ? [] : [weight.buffer]), dx.buffer],
        text: () => ({
          params: params("f32", "eps"),
          buffers: [
            ...reads("x", "mean", "variance", "g", ...(weight === undefined ? [] : ["weight"])),
            ...writes("dx"),
          ],
          // dx = scale · (inner − mean(inner) − normal · mean(inner · normal))
          body: `let start = row * params.length;
  let scale = 1.0 / sqrt(variance[row] + params.eps);
  var sum = 0.0;
  var dot = 0.0;
  for (var k = lane; k < params.length; k += lanes) {
    let inner = ${inner};
    sum += inner;
    dot += inner * (x[start + k] - mean[row]) * scale;
  }
  let level = total(sum, lane) / f32(params.length);
  let slope = total(dot, lane) / f32(params.length);
  for (var k = lane; k < params.length; k += lanes) {
    dx[start + k] = (${inner} - level - (x[start + k] - mean[row]) * scale * slope) * scale;
  }`,
        }),
      });
      if (weight !== undefined) columnSums(device, [x, mean, variance, g], dw, db, eps);
    },
  };
}

// A workgroup has this many columns, and this many threads for the rows of each.
const [columns, lanes] = [16, 16];
/** Rows that a thread takes before more workgroups share them. */
const enoughRows = 32;

/** Σ g · normal and Σ g of each column. */
function columnSums(device: Device, [x, ...others]: readonly Operand[], dw: Operand, db: Operand, eps: number): void {
  const [rows, width] = x.shape;
  const parts = Math.ceil(rows / (lanes * enoughRows));
  const across = Math.ceil(width / columns);
  withScratch(device, 2 * parts * width, (partial) => {
    launch(device, {
      key: "layerNormGrad.columns",
      groups: across * parts,
      params: [across, across * parts, parts, rows, width, eps],
      buffers: [x.buffer, ...others.map(({ buffer }) => buffer), partial],
      text: () => ({
        params: [...params("u32", "blocks", "groups", "parts", "rows", "width"), ...params("f32", "eps")],
        buffers: [...reads("x", "mean", "variance", "g"), ...writes("partial")],
        body: `var<workgroup> sums : array<vec2<f32>, ${columns * lanes}>;
@compute @workgroup_size(${columns * lanes})
fn main(@builtin(workgroup_id) group : vec3<u32>, @builtin(local_invocation_index) thread : u32) {
  let number = numberOf(group);
  if (number >= params.groups) { return; }
  let column = number % params.blocks * ${columns}u + thread % ${columns}u;
  let part = number / params.blocks;
  let lane = thread / ${columns}u;
  var sum = vec2<f32>();
  if (column < params.width) {
    for (var row = part * ${lanes}u + lane; row < params.rows; row += params.parts * ${lanes}u) {
      let value = g[row * params.width + column];
      let normal = (x[row * params.width + column] - mean[row]) / sqrt(variance[row] + params.eps);
      sum += vec2<f32>(value * normal, value);
    }
  }
  sums[thread] = sum;
  workgroupBarrier();
  for (var half = ${lanes / 2}u; half > 0u; half /= 2u) {
    if (lane < half) { sums[thread] += sums[thread + half * ${columns}u]; }
    workgroupBarrier();
  }
  if (lane == 0u && column < params.width) {
    partial[part * params.width + column] = sums[thread].x;
    partial[(params.parts + part) * params.width + column] = sums[thread].y;
  }
}`,
      }),
    });
    launchElements(device, {
      key: "layerNormGrad.parts",
      count: width,
      params: [parts],
      buffers: [partial, dw.buffer, db.buffer],
      text: () => ({
        params: params("u32", "parts"),
        buffers: [...reads("partial"), ...writes("dw", "db")],
        body: `var sum = vec2<f32>();
  for (var part = 0u; part < params.parts; part++) {
    sum += vec2<f32>(partial[part * params.count + i], partial[(params.parts + part) * params.count + i]);
  }
  dw[i] = sum.x;
  db[i] = sum.y;`,
      }),
    });
  });
}
