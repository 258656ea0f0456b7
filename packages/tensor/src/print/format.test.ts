import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { tensor, zeros } from "../index.js";

describe("printing", () => {
  it("aligns columns and separates matrices", () => {
    expect(
      String(
        tensor([
          [
            [1, -20],
            [3, 4],
          ],
          [
            [5, 6],
            [7, 8],
          ],
        ]),
      ),
    ).toBe("tensor f32 [2, 2, 2]\n[[[  1 -20]\n  [  3   4]]\n\n [[  5   6]\n  [  7   8]]]");
  });
  it("shows fractions with four digits, and nan and inf", () => {
    expect(String(tensor([0.5, Number.NaN, -Infinity]))).toBe("tensor f32 [3]\n[0.5000    nan   -inf]");
  });
  it("turns to powers of ten where the values need it", () => {
    expect(String(tensor([1e-8, 2.5]))).toContain("1.0000e-8");
  });
  it("cuts long dimensions", () => {
    expect(String(zeros([2000]))).toBe("tensor f32 [2000]\n[0 0 0 … 0 0 0]");
  });
  it("shows scalars, booleans, empties and disposed tensors", () => {
    expect(String(tensor(2))).toBe("tensor f32 [] 2");
    expect(String(tensor([true, false]))).toBe("tensor bool [2]\n[ true false]");
    expect(String(zeros([0, 2]))).toBe("tensor f32 [0, 2] (empty)");
    const x = tensor([1]);
    x.dispose();
    expect(String(x)).toBe("tensor f32 [1] (disposed)");
  });
  it("is what consoles show", () => {
    expect(inspect(tensor([1, 2]))).toBe("tensor f32 [2]\n[1 2]");
    expect(Object.prototype.toString.call(tensor([1, 2]))).toBe("[object Tensor f32 [2]]");
  });
});
