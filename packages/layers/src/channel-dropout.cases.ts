import { Generator } from "@nn/tensor";
import type { OpCases } from "@nn/tensor/cases";
import { channelDropout, Dropout2d } from "./index.js";

/** Cases of `channelDropout`. */
export const channelDropoutCases: OpCases = {
  op: "channelDropout",
  cases: [
    {
      name: "whole channels",
      inputs: [{ shape: [2, 4, 3, 2] }],
      run: (x) => channelDropout(x, 0.5, { training: true, generator: new Generator(3) }),
    },
    {
      name: "evaluation",
      inputs: [{ shape: [2, 3, 4] }],
      run: (x) => channelDropout(x, 0.5, { training: false }),
      reference: (x) => [x],
    },
    {
      name: "p = 1",
      inputs: [{ shape: [1, 2, 2] }],
      run: (x) => channelDropout(x, 1, { training: true, generator: new Generator(3) }),
      reference: () => [[0, 0, 0, 0]],
    },
    {
      name: "nothing",
      inputs: [{ shape: [0, 2, 3] }],
      run: (x) => channelDropout(x, 0.5, { training: true, generator: new Generator(3) }),
    },
  ],
  errors: [
    {
      name: "no places",
      inputs: [{ shape: [2, 3] }],
      run: (x) => channelDropout(x, 0.5, { training: true }),
      error: "ShapeError",
      says: ["[channelDropout]", "(n, c, …)"],
    },
    {
      name: "sequences for images",
      inputs: [{ shape: [2, 3, 4] }],
      run: (x) => new Dropout2d(0.5).forward(x),
      error: "ShapeError",
      says: ["[Dropout2d]", "(n, c, h, w)"],
    },
  ],
};
