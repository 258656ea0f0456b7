import {
  defineOp,
  indexSelect,
  logicalAnd,
  type Op,
  type Shape,
  scatterAdd,
  type Tensor,
  where,
  zeros,
} from "@nn/tensor";

type EmbeddingAttrs = { readonly paddingIndex: number | null };
type EmbeddingGradAttrs = EmbeddingAttrs & { readonly weightShape: Shape };

/** `[index (m) i32, weight (n, d)]` → the rows of the weight `(m, d)`. */
export const embeddingOp: Op<EmbeddingAttrs> = defineOp<EmbeddingAttrs>({
  name: "embedding",
  infer: ([index, weight]) => ({ dtype: weight.dtype, shape: [index.shape[0], weight.shape[1]] }),
  composed: ([index, weight]) => indexSelect(weight, 0, index),
  saves: { inputs: [0] },
  vjp: ({ g, inputs: [index, weight], attrs }) => [
    undefined,
    embeddingGradOp.call([index, g], { ...attrs, weightShape: weight.shape }),
  ],
});

/** `[index (m) i32, g (m, d)]` → gradient of the weight `(n, d)`. Linear in g. */
export const embeddingGradOp: Op<EmbeddingGradAttrs> = defineOp<EmbeddingGradAttrs>({
  name: "embeddingGrad",
  infer: ([, g], { weightShape }) => ({ dtype: g.dtype, shape: weightShape }),
  emptyValue: () => 0,
  composed: ([index, g], { weightShape, paddingIndex }) => {
    // What is added at -1 is added nowhere.
    const rows = paddingIndex === null ? index : where(index.equal(paddingIndex), -1, index);
    const places = rows.unsqueeze(1).expand(g.shape);
    return scatterAdd(zeros(weightShape, { dtype: g.dtype, backend: g.backend }), 0, places, g);
  },
  saves: { inputs: [0] },
  vjp: ({ g, inputs: [index], attrs: { weightShape, paddingIndex } }) => {
    const added = arrives(index, weightShape[0], paddingIndex).unsqueeze(1);
    return [undefined, where(added, embeddingOp.call([index, g], { paddingIndex: null }), 0)];
  },
});

/** Where an index has a row that takes gradients. */
function arrives(index: Tensor, rows: number, paddingIndex: number | null): Tensor {
  const exists = logicalAnd(index.greaterEqual(0), index.less(rows));
  return paddingIndex === null ? exists : logicalAnd(exists, index.notEqual(paddingIndex));
}
