import type { Context } from "../context.js";
import { withWorkspace } from "../workspace.js";

/** `count` products of matrices that lie anywhere, with dense results one after the other. Strides are elements. */
export interface Product {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly count: number;
  /** Pointers are bytes. */
  readonly a: number;
  /** From row to row of a, along its depth, from product to product. */
  readonly aStrides: readonly [row: number, depth: number, batch: number];
  readonly b: number;
  readonly bStrides: readonly [depth: number, column: number, batch: number];
  readonly c: number;
  /** A bias for each column, 0 for none. */
  readonly bias: number;
  readonly activation: number;
}

/** Computes activation(a · b + bias). */
export function multiply(context: Context, { columns, depth, a, aStrides, b, bStrides, c, ...rest }: Product): void {
  let { rows, count } = rest;
  let [aRow, aStep, aBatch] = aStrides;
  let [bStep, bColumn, bBatch] = bStrides;
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
    [a, b] = [b, a];
    [aStep, bStep, bColumn] = [bStep, aStep, aRow];
    [aBatch, bBatch] = [bBatch, aBatch];
  }
  // Strides that are never taken: the module tells layouts by strides of 1.
  if (rows === 1) aRow = 1;
  if (depth === 1) [aStep, bStep] = [1, bColumn === 1 ? bStep : 1];
  if (columns === 1) bColumn = bStep === 1 ? depth : 1;
  const { exports } = context;
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
      rest.bias,
      biasByRow,
      rest.activation,
      count,
      aBatch * 4,
      bBatch * 4,
      workspace,
    );
  const bytes = exports.matmulWorkspace(rows, columns, depth, aStep * 4, bStep * 4, bColumn * 4, count);
  if (bytes === 0) run(0);
  else withWorkspace(context, bytes, run);
}
