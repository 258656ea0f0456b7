import type { BufferHandle } from "@nn/backend";
import type { ShaderProgram } from "../../engine.js";
import { type Device, launch, launchElements, params, reads, withScratch, writes } from "./launch.js";
import { productText } from "./product-text.js";
import { planOf } from "./tiles.js";

/**
 * A family of products of matrices: where the operands' elements are and what becomes of the result's, in WGSL. The
 * same tiles then make products of strided matrices and convolutions.
 */
export interface Product {
  readonly key: string;
  readonly params: ShaderProgram["params"];
  /** Buffers that `operands` reads. */
  readonly sources: readonly string[];
  /**
   * The left matrix (m × k) and the right one (k × n) of entry z. What depends on the place across the steps is worked
   * out once for a tile, what depends on the step once for a step:
   * `rowOf(z, m)`, `leftAt(k)`, `left(row, at) -> f32`; `columnOf(z, n)`, `rightAt(k)`, `right(column, at) -> f32`. All
   * places are `vec4<i32>`, all positions u32 and within the matrices, except that `rowOf` and `columnOf` may be asked
   * for positions behind the end.
   */
  readonly operands: string;
  /** Buffers that `store` reads. */
  readonly extras: readonly string[];
  /** `store(z, m, n, value)`: writes to the buffer `result`. */
  readonly store: string;
}

/** One product, or `count` of them side by side. */
export interface ProductCall {
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
  readonly steps: number;
  /** Whether the operand's elements lie together along the steps rather than across: how they are best loaded. */
  readonly leftBySteps: boolean;
  readonly rightBySteps: boolean;
  /** Values of the product's params. */
  readonly params: readonly number[];
  readonly sources: readonly BufferHandle[];
  readonly extras: readonly BufferHandle[];
  readonly result: BufferHandle;
}

/**
 * Runs it. Where the result has too few tiles to keep a GPU busy and the sums are long, the steps are split among
 * several workgroups, whose parts a second dispatch adds up, always in the same order.
 */
export function multiply(device: Device, product: Product, call: ProductCall): void {
  const { rows, columns, steps, count } = call;
  const { tile, tileRows, tileColumns, splits, share } = planOf(call);
  const values = [
    rows,
    columns,
    steps,
    count,
    tileRows,
    tileColumns,
    splits,
    share,
    Number(call.leftBySteps),
    Number(call.rightBySteps),
    ...call.params,
  ];
  const groups = tileRows * tileColumns * count * splits;
  const run = (result: BufferHandle) =>
    launch(device, {
      key: `${product.key}/${tile.name}${splits > 1 ? "/parts" : ""}`,
      text: () => productText(product, tile, splits > 1),
      buffers: [...call.sources, ...(splits > 1 ? [] : call.extras), result],
      params: [groups, ...values],
      groups,
    });
  if (splits === 1) {
    run(call.result);
    return;
  }
  const size = count * rows * columns;
  withScratch(device, size * splits, (partial) => {
    run(partial);
    launchElements(device, {
      key: `${product.key}/sum`,
      text: () => sumText(product),
      buffers: [partial, ...call.extras, call.result],
      params: [rows, columns, size, splits, ...call.params],
      count: size,
    });
  });
}

function sumText(product: Product): ShaderProgram & { functions: string } {
  return {
    params: [...params("u32", "rows", "columns", "size", "splits"), ...product.params],
    buffers: [...reads("partial", ...product.extras), ...writes("result")],
    functions: product.store,
    body: `var sum = 0.0;
  for (var split = 0u; split < params.splits; split++) { sum += partial[split * params.size + i]; }
  let line = i / params.columns;
  store(line / params.rows, line % params.rows, i % params.columns, sum);`,
  };
}
