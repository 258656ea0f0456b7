import type { ShaderProgram } from "../../engine.js";
import { params, reads, writes } from "./launch.js";
import type { Product } from "./product.js";
import { type Tile, threadsOf } from "./tiles.js";

/*
 * A workgroup makes one tile of the result. It walks along the steps, `depth` at a time: all threads load that part of
 * both operands into workgroup memory, as vectors of four (left along the steps, right across them), then each thread
 * multiplies its threadRows × threadColumns of the tile in registers. Loops over registers are written out, since
 * not every compiler unrolls them. A thread's loads have the same rows or columns all the way, so their places are found
 * once. Threads next to each other load elements next to each other, which is along the steps or across them.
 */

const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const lines = (count: number, line: (i: number) => string) => range(count).map(line).join("\n");

/** The text for a tile; with `parts` it writes sums of a part of the steps, one matrix after the other. */
export function productText(product: Product, tile: Tile, parts: boolean): ShaderProgram {
  const { rows, columns, depth, threadRows, threadColumns } = tile;
  const threads = threadsOf(tile);
  const wide = columns / threadColumns;
  const [stepVectors, columnVectors] = [depth / 4, columns / 4];
  // One more, so that threads that write down a column do not all meet the same bank.
  const [leftPitch, rightPitch] = [stepVectors + 1, columnVectors + 1];
  const leftLoads = Math.ceil((rows * stepVectors) / threads);
  const rightLoads = (depth * columnVectors) / threads;
  // A small tile may have fewer vectors than threads.
  const someLoad = rows * stepVectors < threads ? `if (thread < ${rows * stepVectors}u) ` : "";
  const vectors = threadColumns / 4;
  const body = `${product.operands}${parts ? partStore : product.store}
var<workgroup> lefts : array<vec4<f32>, ${rows * leftPitch}>;
var<workgroup> rights : array<vec4<f32>, ${depth * rightPitch}>;
fn leftOr0(row : vec4<i32>, inside : bool, k : u32, end : u32) -> f32 {
  if (inside && k < end) { return left(row, leftAt(k)); }
  return 0.0;
}
fn rightOr0(column : vec4<i32>, inside : bool, at : vec4<i32>) -> f32 {
  if (inside) { return right(column, at); }
  return 0.0;
}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group : vec3<u32>, @builtin(local_invocation_index) thread : u32) {
  let number = numberOf(group);
  if (number >= params.groups) { return; }
  let n0 = number % params.tileColumns * ${columns}u;
  let m0 = number / params.tileColumns % params.tileRows * ${rows}u;
  let entry = number / (params.tileColumns * params.tileRows);
  let z = entry / params.splits;
  let split = entry % params.splits;
  let end = min(params.steps, (split + 1u) * params.share);
  let tx = thread % ${wide}u;
  let ty = thread / ${wide}u;
${lines(
  leftLoads,
  (r) => `  let i${r} = thread + ${r * threads}u;
  let leftRow${r} = select(i${r} % ${rows}u, i${r} / ${stepVectors}u, params.leftBySteps != 0u);
  let leftStep${r} = select(i${r} / ${rows}u, i${r} % ${stepVectors}u, params.leftBySteps != 0u);
  let row${r} = rowOf(z, m0 + leftRow${r});
  let rowInside${r} = m0 + leftRow${r} < params.rows;`,
)}
${lines(
  rightLoads,
  (r) => `  let j${r} = thread + ${r * threads}u;
  let rightStep${r} = select(j${r} / ${columnVectors}u, j${r} % ${depth}u, params.rightBySteps != 0u);
  let rightColumn${r} = select(j${r} % ${columnVectors}u, j${r} / ${depth}u, params.rightBySteps != 0u);
  let across${r} = n0 + rightColumn${r} * 4u;
${lines(4, (e) => `  let column${r}_${e} = columnOf(z, across${r} + ${e}u);`)}`,
)}
${lines(threadRows, (i) => lines(vectors, (j) => `  var c${i}_${j} = vec4<f32>();`))}
  for (var k0 = split * params.share; k0 < end; k0 += ${depth}u) {
${lines(
  leftLoads,
  (r) => `    let left${r} = k0 + leftStep${r} * 4u;
    ${someLoad}{ lefts[leftRow${r} * ${leftPitch}u + leftStep${r}] = vec4<f32>(${range(4)
      .map((e) => `leftOr0(row${r}, rowInside${r}, left${r} + ${e}u, end)`)
      .join(", ")}); }`,
)}
${lines(
  rightLoads,
  (r) => `    let right${r} = k0 + rightStep${r};
    let within${r} = right${r} < end;
    let at${r} = rightAt(right${r});
    rights[rightStep${r} * ${rightPitch}u + rightColumn${r}] = vec4<f32>(${range(4)
      .map((e) => `rightOr0(column${r}_${e}, within${r} && across${r} + ${e}u < params.columns, at${r})`)
      .join(", ")});`,
)}
    workgroupBarrier();
    for (var q = 0u; q < ${stepVectors}u; q++) {
${lines(4, (e) => lines(vectors, (j) => `      let b${e}_${j} = rights[(q * 4u + ${e}u) * ${rightPitch}u + ${j * wide}u + tx];`))}
${lines(
  threadRows,
  (i) => `      let a${i} = lefts[(ty * ${threadRows}u + ${i}u) * ${leftPitch}u + q];
${lines(vectors, (j) => `      c${i}_${j} += a${i}.x * b0_${j} + a${i}.y * b1_${j} + a${i}.z * b2_${j} + a${i}.w * b3_${j};`)}`,
)}
    }
    workgroupBarrier();
  }
${lines(threadRows, (i) =>
  lines(vectors, (j) =>
    lines(
      4,
      (e) =>
        `  put(z, split, m0 + ty * ${threadRows}u + ${i}u, n0 + (${j * wide}u + tx) * 4u + ${e}u, c${i}_${j}[${e}]);`,
    ),
  ),
)}
}
fn put(z : u32, split : u32, m : u32, n : u32, value : f32) {
  if (m < params.rows && n < params.columns) { ${parts ? "storePart(z, split, m, n, value)" : "store(z, m, n, value)"}; }
}`;
  return {
    params: [...productParams, ...product.params],
    buffers: [...reads(...product.sources, ...(parts ? [] : product.extras)), ...writes("result")],
    body,
  };
}

const productParams = params(
  "u32",
  "groups",
  "rows",
  "columns",
  "steps",
  "entries",
  "tileRows",
  "tileColumns",
  "splits",
  "share",
  "leftBySteps",
  "rightBySteps",
);

const partStore = `fn storePart(z : u32, split : u32, m : u32, n : u32, value : f32) {
  result[((split * params.entries + z) * params.rows + m) * params.columns + n] = value;
}
`;
