import { expect, it } from "vitest";
import { memory, Parameter, scope, type Tensor, tensor, valueAndGrad, zeros } from "../index.js";

const megabyte = 1024 * 1024;

/** Runs a loop and gives the most bytes, live and pooled, that the backend held after any turn. */
async function peakOf(turns: number, turn: () => Promise<void>): Promise<number> {
  let peak = 0;
  for (let i = 0; i < turns; i++) {
    await turn();
    const { liveBytes, pooledBytes } = memory();
    peak = Math.max(peak, liveBytes + pooledBytes);
  }
  return peak;
}

it("a loop that reads results outside of any scope stays under a fixed bound", async () => {
  const weight = new Parameter(zeros([64, 64]));
  const x = zeros([64, 64]);
  const forward = (h: Tensor) => h.mul(weight).add(1).mul(2);
  // Files that ran before in this process may have filled the pool.
  const { liveBytes, pooledBytes } = memory();
  const before = liveBytes + pooledBytes;
  // 10,000 turns leave 480 MB of unreachable tensors; the collector has to see and free them.
  const peak = await peakOf(10_000, async () => {
    await forward(x).data();
  });
  expect(peak - before).toBeLessThan(256 * megabyte);
}, 60_000);

it("a training loop holds the same after 100 and after 3,000 steps", async () => {
  const weight = new Parameter(tensor([1, 2, 3]));
  const step = async () => {
    const { loss, grads } = valueAndGrad({ weight }, () => weight.mul(weight).sum());
    scope(() => weight.assign(weight.sub(grads.get(weight).mul(0.01))));
    await loss.item();
    loss.dispose();
    grads.dispose();
  };
  await peakOf(100, step);
  const after100 = memory().liveBytes;
  await peakOf(2_900, step);
  expect(memory().liveBytes).toBeLessThanOrEqual(after100);
});
