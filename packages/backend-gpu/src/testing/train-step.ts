import type { Backend, BinaryKind, Operand, ReduceKind, Shape, UnaryKind } from "@nn/backend";
import { Dispatch, expand, transpose } from "./dispatch.js";

/** A perceptron with one hidden layer: weights are `(in, out)`. */
export interface Model {
  readonly w1: Operand;
  readonly b1: Operand;
  readonly w2: Operand;
  readonly b2: Operand;
}

export interface Step {
  /** The updated parameters; the old buffers are given back. */
  readonly model: Model;
  /** Mean cross entropy before the update, a scalar. */
  readonly loss: Operand;
  /** How many rows were classified correctly, a scalar. */
  readonly correct: Operand;
}

/**
 * One step of SGD on softmax cross entropy, with hand-written gradients. Only the contract is used: what runs here
 * runs on every backend.
 */
export function trainStep(backend: Backend, model: Model, x: Operand, labels: Operand, learningRate: number): Step {
  const { kernels } = backend;
  const dispatch = new Dispatch(backend);
  const binary = (kind: BinaryKind, a: Operand, b: Operand, shape: Shape = a.shape) =>
    dispatch.run(kernels.binary, [expand(a, shape), expand(b, shape)], shape, { kind });
  const unary = (kind: UnaryKind, a: Operand) => dispatch.run(kernels.unary, [a], a.shape, { kind });
  const matmul = (a: Operand, b: Operand) => dispatch.run(kernels.matmul, [a, b], [a.shape[0], b.shape[1]], undefined);
  const reduce = (kind: ReduceKind, a: Operand, axis: number) =>
    dispatch.run(kernels.reduce, [a], a.shape.with(axis, 1), { kind, axes: [axis] });
  const number = (value: number, shape: Shape = []) =>
    dispatch.run(kernels.fill, [], shape, undefined, { scalars: [value] });

  const batch = x.shape[0];
  const index: Operand = { ...labels, shape: [batch, 1], strides: [labels.strides[0], 0] };

  // Forward
  const z = binary("add", matmul(x, model.w1), model.b1);
  const h = unary("relu", z);
  const logits = binary("add", matmul(h, model.w2), model.b2);
  const shifted = binary("sub", logits, reduce("max", logits, 1));
  const exp = unary("exp", shifted);
  const sum = reduce("sum", exp, 1);
  const logProbabilities = binary("sub", shifted, unary("log", sum));
  const picked = dispatch.run(kernels.gather, [logProbabilities, index], [batch, 1], { axis: 1 });
  const loss = binary("mul", reduce("sum", picked, 0), number(-1 / batch));

  // Accuracy: argReduce gives i32, equal gives bool
  const best = dispatch.run(kernels.argReduce, [logits], [batch, 1], { kind: "argMax", axis: 1 }, { dtype: "i32" });
  const hit = dispatch.run(kernels.binary, [best, index], [batch, 1], { kind: "equal" }, { dtype: "bool" });
  const correct = reduce("sum", dispatch.run(kernels.cast, [hit], [batch, 1], undefined), 0);

  // Backward: (softmax - one-hot) / batch, then through the layers by transposed strides
  const softmax = binary("div", exp, sum);
  const minusOne = expand(number(-1), [batch, 1]);
  const residual = dispatch.run(kernels.scatterAdd, [softmax, index, minusOne], softmax.shape, { axis: 1 });
  const gLogits = binary("mul", residual, number(1 / batch));
  const gW2 = matmul(transpose(h), gLogits);
  const gB2 = reduce("sum", gLogits, 0);
  const gH = matmul(gLogits, transpose(model.w2));
  const zero = expand(number(0), z.shape);
  const active = dispatch.run(kernels.binary, [z, zero], z.shape, { kind: "greater" }, { dtype: "bool" });
  const gZ = dispatch.run(kernels.where, [active, gH, zero], z.shape, undefined);
  const gW1 = matmul(transpose(x), gZ);
  const gB1 = reduce("sum", gZ, 0);

  // Update: new buffers take the parameters' place
  const rate = number(learningRate);
  const update = (parameter: Operand, gradient: Operand) => binary("sub", parameter, binary("mul", gradient, rate));
  const next: Model = {
    w1: update(model.w1, gW1),
    b1: update(model.b1, gB1),
    w2: update(model.w2, gW2),
    b2: update(model.b2, gB2),
  };
  dispatch.end(loss, correct, next.w1, next.b1, next.w2, next.b2);
  for (const { buffer } of [model.w1, model.b1, model.w2, model.b2]) backend.free(buffer);
  return { model: next, loss, correct };
}
