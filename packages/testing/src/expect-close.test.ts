import { tensor } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { CheckError } from "./check-error.js";
import { expectClose } from "./expect-close.js";

describe("expectClose", () => {
  it("takes tensors, nested and flat arrays", async () => {
    await expectClose(tensor([[1, 2]]), [[1, 2]]);
    await expectClose([1, 2], new Float32Array([1, 2]));
    await expectClose(tensor([[1, 2]]), [1, 2]);
  });

  it("lets NaN equal NaN and infinities their like", async () => {
    await expectClose([Number.NaN, Infinity, -Infinity], [Number.NaN, Infinity, -Infinity]);
    await expect(expectClose([Infinity], [-Infinity])).rejects.toThrow(CheckError);
    await expect(expectClose([1e30], [Infinity])).rejects.toThrow(CheckError);
    await expect(expectClose([Number.NaN], [0])).rejects.toThrow(CheckError);
  });

  it("allows the larger of rtol and atol", async () => {
    await expectClose([1001], [1000], { rtol: 1e-2, atol: 0 });
    await expectClose([0.001], [0], { rtol: 0, atol: 1e-2 });
    await expect(expectClose([1001], [1000], { rtol: 1e-4 })).rejects.toThrow(CheckError);
  });

  it("shows the worst element", async () => {
    await expect(
      expectClose(
        tensor([
          [1, 2],
          [3, 9],
        ]),
        [
          [1, 2.5],
          [3, 4],
        ],
      ),
    ).rejects.toThrow(/at +\[1, 1\], the worst of 2 that differ, of 4\n +expected +4\n +got +9/);
  });

  it("compares shapes", async () => {
    await expect(expectClose(tensor([[1], [2]]), [[1, 2]])).rejects.toThrow(/expected +\[1, 2\]\n +got +\[2, 1\]/);
    await expect(expectClose([1, 2], [1])).rejects.toThrow("the shapes differ");
  });
});
