import { defaultDevice, init, jit, lax, nn, numpy as np, random, valueAndGrad } from "@jax-js/jax";

await init("wasm");
defaultDevice("wasm");
const draw = (seed, shape) => random.normal(random.key(seed), shape).mul(0.1);
const lossOf = ([w, v], x, target) => {
  const image = nn.relu(lax.convGeneralDilated(x, w, [1, 1], "VALID"));
  const pooled = lax.reduceWindow(image, np.max, [2, 2], [2, 2]).reshape([2, 8 * 13 * 13]);
  const logs = nn.logSoftmax(np.matmul(pooled, v));
  return np.sum(logs.mul(nn.oneHot(target, 10))).mul(-0.5);
};
const step = jit((params, x, target) => {
  const [loss, grads] = valueAndGrad(lossOf)(
    params.map((p) => p.ref),
    x,
    target,
  );
  return [loss, params.map((p, i) => p.sub(grads[i].mul(0.01)))];
});
const params = [draw(1, [8, 1, 3, 3]), draw(2, [8 * 13 * 13, 10])];
const [loss] = step(params, draw(3, [2, 1, 28, 28]), np.array([1, 7], { dtype: np.int32 }));
console.log((await loss.data())[0]);
