import { Buffer, loadStateDict as load, Parameter, stateDict, tensor, zeros } from "@nn/tensor";
import { expect, test } from "vitest";
import { loadStateDict, saveStateDict } from "./index.js";

test("a model goes through bytes, with its buffers and dtypes", async () => {
  const make = (fill: number) => ({
    linear: { weight: new Parameter(tensor([[fill, 2]])), bias: new Parameter(tensor([fill], { dtype: "f64" })) },
    mask: new Buffer(tensor([true, false])),
    steps: new Buffer(tensor([fill], { dtype: "i32" })),
  });
  const bytes = await saveStateDict(stateDict(make(7)), { epoch: "3" });
  const { tensors, metadata } = loadStateDict(bytes);
  expect(metadata).toEqual({ epoch: "3" });
  const other = make(0);
  load(other, tensors);
  expect(await other.linear.weight.array()).toEqual([[7, 2]]);
  expect(await other.linear.bias.array()).toEqual([7]);
  expect(await other.mask.array()).toEqual([true, false]);
  expect(await other.steps.array()).toEqual([7]);
});

test("saving takes the values of the moment in which it is called", async () => {
  const weight = new Parameter(tensor([1]));
  const saving = saveStateDict({ weight, view: zeros([2, 2]).transpose() });
  weight.assign(tensor([2]));
  expect(await loadStateDict(await saving).tensors.weight!.array()).toEqual([1]);
});
