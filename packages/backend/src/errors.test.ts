import { expect, it } from "vitest";
import { isNNError, ShapeError } from "./errors.js";

const error = () =>
  new ShapeError({
    where: "conv2d",
    problem: "input channels do not match the weight",
    rows: [
      ["input", "f32 [8, 4, 32, 32]", "n c h w"],
      ["weight", "f32 [16, 3, 3, 3]", "out in/groups kh kw"],
      ["expected", "c = 3, got 4"],
    ],
    fix: "new Conv2d(4, 16, …), or check the layer before it",
  });

it("shows got and expected in aligned columns and ends with the fix", () => {
  expect(String(error())).toBe(
    [
      "ShapeError: [conv2d] input channels do not match the weight",
      "  input     f32 [8, 4, 32, 32]   n c h w",
      "  weight    f32 [16, 3, 3, 3]    out in/groups kh kw",
      "  expected  c = 3, got 4",
      "  fix       new Conv2d(4, 16, …), or check the layer before it",
    ].join("\n"),
  );
});

it("adds the path of the layer once it is known", () => {
  expect(error().locate("model.features.2 (Conv2d)").message).toContain("  in        model.features.2 (Conv2d)");
});

it("is known by its marker, not by its class", () => {
  expect(isNNError(error())).toBe(true);
  expect(isNNError(new Error("other"))).toBe(false);
});
