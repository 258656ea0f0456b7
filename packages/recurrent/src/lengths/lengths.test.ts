import { ones, tensor, valueAndGrad, zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { lastOutput, lengthsToMask, maskToLengths, reverseSequence } from "../index.js";

const i32 = { dtype: "i32" } as const;
const lengths = tensor([2, 0, 3], i32);

describe("masks and lengths", () => {
  it("are made of each other", async () => {
    const mask = lengthsToMask(lengths, 3);
    expect(await mask.array()).toEqual([
      [true, true, false],
      [false, false, false],
      [true, true, true],
    ]);
    expect(mask.dtype).toBe("bool");
    expect(await maskToLengths(mask).array()).toEqual([2, 0, 3]);
    expect(maskToLengths(mask).dtype).toBe("i32");
    expect(lengthsToMask(lengths, 0).shape).toEqual([3, 0]);
  });

  it("refuse what they are not", () => {
    expect(() => lengthsToMask(zeros([3]), 3)).toThrow("lengths must be i32");
    expect(() => lengthsToMask(zeros([3, 1], i32), 3)).toThrow("lengths do not match the batch");
    expect(() => lengthsToMask(lengths, 1.5)).toThrow("t is no number of steps");
    expect(() => maskToLengths(zeros([3, 2]))).toThrow("the mask must be bool");
    expect(() => maskToLengths(zeros([3], { dtype: "bool" }))).toThrow("the mask is not (n, t)");
  });
});

describe("lastOutput", () => {
  const output = tensor([
    [
      [1, 2],
      [3, 4],
      [9, 9],
    ],
    [
      [9, 9],
      [9, 9],
      [9, 9],
    ],
    [
      [5, 6],
      [7, 8],
      [10, 11],
    ],
  ]);

  it("picks the last step of each sequence, zeros where there is none", async () => {
    expect(await lastOutput(output, lengths).array()).toEqual([
      [3, 4],
      [0, 0],
      [10, 11],
    ]);
    expect(await lastOutput(output).at(1).array()).toEqual([9, 9]);
    expect(await lastOutput(zeros([3, 4]), lengths).array()).toEqual([0, 0, 0]);
    expect(lastOutput(zeros([3, 4, 2, 5]), lengths).shape).toEqual([3, 2, 5]);
  });

  it("sends the gradient there", async () => {
    const { grads } = valueAndGrad(output, () => lastOutput(output, lengths).sum());
    expect(await grads.get(output).sum(2).array()).toEqual([
      [0, 2, 0],
      [0, 0, 0],
      [0, 0, 2],
    ]);
  });

  it("gives NaN for a length that is too large, and refuses wrong shapes", async () => {
    expect(await lastOutput(ones([1, 2]), tensor([3], i32)).item()).toBeNaN();
    expect(() => lastOutput(ones([3]))).toThrow("lstm.forward(x).output");
    expect(() => lastOutput(output, tensor([1], i32))).toThrow("shape [3]");
  });
});

describe("reverseSequence", () => {
  it("turns sequences around within their lengths, and back", async () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ]);
    const turned = reverseSequence(x, lengths);
    expect(await turned.array()).toEqual([
      [2, 1, 3],
      [4, 5, 6],
      [9, 8, 7],
    ]);
    expect(await reverseSequence(turned, lengths).array()).toEqual(await x.array());
    expect(await reverseSequence(x).at(0).array()).toEqual([3, 2, 1]);
    expect(() => reverseSequence(zeros([3]))).toThrow("x.unsqueeze(0)");
  });
});
