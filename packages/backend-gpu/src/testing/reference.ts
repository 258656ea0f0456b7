/** The same step in plain loops and f64, written from the formulas and not from the kernels. */

export interface HostModel {
  readonly w1: Float64Array;
  readonly b1: Float64Array;
  readonly w2: Float64Array;
  readonly b2: Float64Array;
}

/** Updates the model in place; gives the loss before the update. */
export function referenceStep(
  { w1, b1, w2, b2 }: HostModel,
  x: ArrayLike<number>,
  labels: ArrayLike<number>,
  learningRate: number,
): { loss: number; correct: number } {
  const hidden = b1.length;
  const classes = b2.length;
  const inputs = w1.length / hidden;
  const batch = labels.length;
  const [gW1, gB1, gW2, gB2] = [w1, b1, w2, b2].map((p) => new Float64Array(p.length));
  let loss = 0;
  let correct = 0;
  for (let n = 0; n < batch; n++) {
    const h = b1.map((bias, j) => {
      let sum = bias;
      for (let i = 0; i < inputs; i++) sum += x[n * inputs + i] * w1[i * hidden + j];
      return Math.max(sum, 0);
    });
    const logits = b2.map((bias, c) => {
      let sum = bias;
      for (let j = 0; j < hidden; j++) sum += h[j] * w2[j * classes + c];
      return sum;
    });
    const total = logits.reduce((sum, v) => sum + Math.exp(v), 0);
    loss -= (logits[labels[n]] - Math.log(total)) / batch;
    if (logits.indexOf(Math.max(...logits)) === labels[n]) correct++;
    const g = logits.map((v, c) => (Math.exp(v) / total - (c === labels[n] ? 1 : 0)) / batch);
    for (let c = 0; c < classes; c++) gB2[c] += g[c];
    for (let j = 0; j < hidden; j++) {
      let gH = 0;
      for (let c = 0; c < classes; c++) {
        gW2[j * classes + c] += h[j] * g[c];
        gH += g[c] * w2[j * classes + c];
      }
      if (h[j] <= 0) continue;
      gB1[j] += gH;
      for (let i = 0; i < inputs; i++) gW1[i * hidden + j] += x[n * inputs + i] * gH;
    }
  }
  const step = (p: Float64Array, g: Float64Array) => p.forEach((_, i) => (p[i] -= learningRate * g[i]));
  step(w1, gW1);
  step(b1, gB1);
  step(w2, gW2);
  step(b2, gB2);
  return { loss, correct };
}
