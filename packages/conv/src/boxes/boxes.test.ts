import { type Tensor, tensor, valueAndGrad, zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { batchedNms, boxIou, generalizedBoxIou, nms, RoiAlign, roiAlign, softNms } from "../index.js";

const boxes = tensor([
  [0, 0, 4, 4],
  [0, 0, 4, 5],
  [0, 1, 4, 5],
  [8, 8, 9, 9],
]);
const scores = tensor([0.5, 0.9, 0.5, 0.7]);

describe("nms", () => {
  it("keeps the best of boxes that overlap, by falling score", async () => {
    expect(await (await nms(boxes, scores, 0.5)).array()).toEqual([1, 3]);
    // 16 / 20 is not more than the threshold.
    expect(await (await nms(boxes, scores, 0.8)).array()).toEqual([1, 3, 0, 2]);
  });

  it("keeps the first of boxes with equal scores", async () => {
    const same = tensor([
      [0, 0, 1, 1],
      [0, 0, 1, 1],
    ]);
    expect(await (await nms(same, tensor([1, 1]), 0.5)).array()).toEqual([0]);
  });

  it("takes no boxes, and boxes without an area", async () => {
    expect((await nms(zeros([0, 4]), zeros([0]), 0.5)).shape).toEqual([0]);
    expect(await (await nms(zeros([2, 4]), tensor([1, 2]), 0.5)).array()).toEqual([1, 0]);
  });

  it("lets classes alone that do not compete", async () => {
    const classes = tensor([0, 1, 1, 0], { dtype: "i32" });
    expect(await (await batchedNms(boxes, scores, classes, 0.5)).array()).toEqual([1, 3, 0]);
  });

  it("refuses what does not fit", async () => {
    await expect(nms(boxes, zeros([3]), 0.5)).rejects.toThrow(/\[nms\][^]*scores \[4\], got \[3\]/);
    await expect(nms(boxes, scores, 1.5)).rejects.toThrow(/iouThreshold from 0 to 1; got 1.5/);
    await expect(nms(zeros([4]) as Tensor, scores, 0.5)).rejects.toThrow(/boxes \[n, 4\], got \[4\]/);
    await expect(batchedNms(boxes, scores, zeros([1]), 0.5)).rejects.toThrow(/classes \[4\], got \[1\]/);
    await expect(softNms(boxes, scores, { sigma: 0 })).rejects.toThrow(/\[softNms\][^]*sigma a number above 0/);
  });
});

describe("overlaps", () => {
  it("pull boxes together by their gradient, also where they do not meet", async () => {
    const box = tensor([[0, 0, 1, 1]]);
    const goal = tensor([[3, 0, 4, 1]]);
    const right = async (overlap: typeof boxIou) => {
      const { grads } = valueAndGrad(box, () => overlap(box, goal).sum());
      return (await grads.get(box).data())[2];
    };
    expect(await right(boxIou)).toBe(0);
    expect(await right(generalizedBoxIou)).toBeGreaterThan(0);
  });
});

describe("roiAlign", () => {
  it("gives the same for a table of all boxes and for one table an image", async () => {
    const x = tensor(
      Array.from({ length: 96 }, (_, i) => Math.sin(i)),
      { shape: [2, 3, 4, 4], dtype: "f64" },
    );
    const all = tensor(
      [
        [0, 0, 0.5, 3, 3],
        [1, -1, 1, 2.5, 6],
        [1, 1, 1, 2, 2],
      ],
      { dtype: "f64" },
    );
    const lists = [all.slice(0, 0, 1), all.slice(0, 1, 3)].map((rows) => rows.slice(1, 1));
    const layer = new RoiAlign({ outputSize: [2, 3], aligned: true });
    const [together, apart] = [layer.forward(x, all), layer.forward(x, lists)];
    expect(together.shape).toEqual([3, 3, 2, 3]);
    expect(await together.sub(apart).abs().max().item()).toBeLessThan(1e-12);
    expect(String(layer)).toBe("RoiAlign(outputSize=[2, 3], aligned=true)");
  });

  it("copies a region whose bins lie on the elements", async () => {
    const x = tensor([
      [
        [
          [1, 2, 3],
          [4, 5, 6],
          [7, 8, 9],
        ],
      ],
    ]);
    const y = roiAlign(x, [tensor([[1, 1, 3, 3]])], { outputSize: 2, aligned: true });
    expect(await y.array()).toEqual([
      [
        [
          [5, 6],
          [8, 9],
        ],
      ],
    ]);
  });
});
