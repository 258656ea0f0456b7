import type { Context } from "../context.js";
import { withWorkspace } from "../workspace.js";

/** `count` products of matrices that lie anywhere, with dense results one after the other. Strides are elements. */
export interface Product {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly count: number;
  /** First byte of the left factors; strides from row to row, along the depth, from product to product. */
  readonly a: number;
  readonly aRow: number;
  readonly aStep: number;
  readonly aBatch: number;
  /** First byte of the right factors; strides along the depth, from column to column, from product to product. */
  readonly b: number;
  readonly bStep: number;
  readonly bColumn: number;
  readonly bBatch: number;
  /** First byte of the results. */
  readonly c: number;
  /** First byte of a bias for each column, 0 for none. */
  readonly bias: number;
  /** A code of activation.ts. */
  readonly activation: number;
}

/** Computes activation(a · b + bias). */
export function multiply(context: Context, product: Product): void {
  const { depth, c, bias, activation } = product;
  let { rows, columns, count, a, aRow, aStep, aBatch, b, bStep, bColumn, bBatch } = product;
  if (count > 1 && bBatch === 0 && aBatch === rows * aRow) {
    // One matrix for all: a is a taller matrix.
    rows *= count;
    count = 1;
  }
  let biasByRow = 0;
  if (columns === 1 && rows > 1) {
    // A column is the row of the transposed product.
    biasByRow = 1;
    columns = rows;
    rows = 1;
    bColumn = aRow;
    const step = aStep;
    aStep = bStep;
    bStep = step;
    const batch = aBatch;
    aBatch = bBatch;
    bBatch = batch;
    const left = a;
    a = b;
    b = left;
  }
  // Strides that are never taken: the module tells layouts by strides of 1.
  if (rows === 1) aRow = 1;
  if (depth === 1) {
    aStep = 1;
    if (bColumn !== 1) bStep = 1;
  }
  if (columns === 1) bColumn = bStep === 1 ? depth : 1;
  const { exports } = context;
  const bytes = exports.matmulWorkspace(rows, columns, depth, aStep * 4, bStep * 4, bColumn * 4, count);
  const run = (workspace: number) =>
    exports.matmul(
      rows,
      columns,
      depth,
      a,
      aRow * 4,
      aStep * 4,
      b,
      bStep * 4,
      bColumn * 4,
      c,
      bias,
      biasByRow,
      activation,
      count,
      aBatch * 4,
      bBatch * 4,
      workspace,
    );
  if (bytes === 0) run(0);
  else withWorkspace(context, bytes, run);
}
