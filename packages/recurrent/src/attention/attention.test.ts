import { predict, scaledDotProductAttention } from "@nn/layers";
import { Generator, type Tensor, tensor, zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import {
  AdditiveAttention,
  additiveAttention,
  lengthsToMask,
  MultiplicativeAttention,
  multiplicativeAttention,
} from "../index.js";

const f64 = { dtype: "f64" } as const;
const generator = new Generator(1);
const query = generator.normal([2, 3], f64);
const keys = generator.normal([2, 4, 3], f64);
const values = generator.normal([2, 4, 5], f64);
const lengths = tensor([2, 4], { dtype: "i32" });

/** What a mixture by the softmax of scores gives, in plain numbers. */
function mixed(scores: number[], rows: number[][], count: number): { weights: number[]; context: number[] } {
  const powers = scores.map((score, i) => (i < count ? Math.exp(score) : 0));
  const sum = powers.reduce((a, b) => a + b, 0);
  const weights = powers.map((power) => power / sum);
  const context = rows[0]!.map((_, j) => rows.reduce((total, row, i) => total + weights[i]! * row[j]!, 0));
  return { weights, context };
}
const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
const matrix = async (x: Tensor) => (await x.array()) as number[][];

async function expectAttention(
  got: { context: Tensor; weights: Tensor },
  score: (query: number[], key: number[]) => number,
  counts = [2, 4],
): Promise<void> {
  const [q, k, v] = [await matrix(query), (await keys.array()) as number[][][], (await values.array()) as number[][][]];
  for (const [row, count] of counts.entries()) {
    const expected = mixed(
      k[row]!.map((key) => score(q[row]!, key)),
      v[row]!,
      count,
    );
    (await got.weights.at(row).data()).forEach((w, i) => expect(w).toBeCloseTo(expected.weights[i]!, 10));
    (await got.context.at(row).data()).forEach((c, i) => expect(c).toBeCloseTo(expected.context[i]!, 10));
  }
}

describe("multiplicative attention", () => {
  it("is a softmax over products", async () => {
    await expectAttention(multiplicativeAttention(query, keys, { values, lengths }), dot);
    const scaled = multiplicativeAttention(query, keys, { values, scale: 0.5 });
    await expectAttention(scaled, (q, k) => 0.5 * dot(q, k), [4, 4]);
    const layer = new MultiplicativeAttention(3, 3, f64);
    const weight = await matrix(layer.weight);
    const general = layer.forward(query, keys, { values, lengths });
    await expectAttention(general, (q, k) =>
      dot(
        k,
        weight.map((row) => dot(row, q)),
      ),
    );
  });

  it("takes several queries, and is the scaled attention of @nn/layers when scaled", async () => {
    const queries = new Generator(2).normal([2, 6, 3], f64);
    const { context, weights } = multiplicativeAttention(queries, keys, { values, scale: 1 / Math.sqrt(3), lengths });
    expect(weights.shape).toEqual([2, 6, 4]);
    const mask = lengthsToMask(lengths, 4).unsqueeze(1);
    const expected = await scaledDotProductAttention(queries, keys, values, { mask }).data();
    (await context.data()).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 10));
  });

  it("looks at nothing where nothing is", async () => {
    const mask = tensor([
      [true, false, true, true],
      [false, false, true, true],
    ]);
    const empty = tensor([0, 2], { dtype: "i32" });
    const { context, weights } = multiplicativeAttention(query, keys, { values, lengths: empty, mask });
    expect((await weights.data()).every((w) => w === 0)).toBe(true);
    expect((await context.data()).every((c) => c === 0)).toBe(true);
  });
});

describe("additive attention", () => {
  it("is a softmax over a small network", async () => {
    const layer = new AdditiveAttention(3, 3, 6, { ...f64, generator: new Generator(3) });
    const [wq, wk] = [await matrix(layer.weight_query), await matrix(layer.weight_key)];
    const [ws, bias] = [[...(await layer.weight_score.data())], [...(await layer.bias!.data())]];
    const score = (q: number[], k: number[]) =>
      dot(
        ws,
        bias.map((b, i) => Math.tanh(dot(wq[i]!, q) + dot(wk[i]!, k) + b)),
      );
    const got = layer.forward(query, keys, { values, lengths });
    await expectAttention(got, score);
    const known = layer.forward(query, keys, { values, lengths, projectedKeys: layer.projectKeys(keys) });
    expect(await known.weights.array()).toEqual(await got.weights.array());
    const several = layer.forward(query.unsqueeze(1), keys, { values, lengths });
    expect(several.context.shape).toEqual([2, 1, 5]);
    expect(await several.weights.squeeze(1).array()).toEqual(await got.weights.array());
  });
});

describe("attention", () => {
  it("refuses what does not fit, and says where it is", () => {
    const layer = new AdditiveAttention(3, 3, 6);
    const wrong = (fn: () => unknown, says: string) => expect(fn).toThrow(says);
    wrong(
      () => predict({ layer }, () => layer.forward(zeros([2, 5]), zeros([2, 4, 3]))),
      "model.layer (AdditiveAttention)",
    );
    wrong(() => layer.forward(zeros([2, 5]), zeros([2, 4, 3])), "new AdditiveAttention(5, 3, a)");
    wrong(() => layer.forward(zeros([3, 3]), zeros([2, 4, 3])), "of different batches");
    wrong(() => layer.forward(zeros([2, 3]), zeros([2, 3])), "the keys are not (n, s, k)");
    wrong(
      () => layer.forward(zeros([2, 3]), zeros([2, 4, 3]), { projectedKeys: zeros([2, 4, 3]) }),
      "projectKeys(keys)",
    );
    wrong(() => multiplicativeAttention(zeros([2, 3]), zeros([2, 4, 5])), "new MultiplicativeAttention(3, 5)");
    wrong(
      () => multiplicativeAttention(zeros([2, 3]), zeros([2, 4, 3]), { values: zeros([2, 5, 3]) }),
      "values are not",
    );
    wrong(() => multiplicativeAttention(zeros([2, 3]), zeros([2, 4, 3]), { mask: zeros([2, 4]) }), "must be bool");
    wrong(() => multiplicativeAttention(zeros([2, 3]), zeros([2, 4, 3]), { lengths: zeros([2]) }), "must be i32");
    wrong(() => new AdditiveAttention(3, 0, 6), "keyDim is not a positive integer");
    const weights = { weightQuery: zeros([2, 3]), weightKey: zeros([2, 3]), weightScore: zeros([3]) };
    wrong(() => additiveAttention(zeros([2, 3]), zeros([2, 4, 3]), weights), "the weights do not match");
  });
});
