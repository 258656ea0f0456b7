import { AvgPool2d, Conv1d, Conv2d, ConvTranspose1d, ConvTranspose2d, MaxPool2d } from "@nn/conv";
import {
  BatchNorm2d,
  Dropout,
  Dropout2d,
  Embedding,
  flatten,
  GroupNorm,
  InstanceNorm2d,
  LayerNorm,
  LazyLinear,
  Linear,
  Module,
  MultiheadAttention,
  PReLU,
  predict,
  RMSNorm,
  Sequential,
  spectralNorm,
  weightNorm,
} from "@nn/layers";
import {
  Buffer,
  defaultGenerator,
  keep,
  matmul,
  mul,
  Parameter,
  stopGradient,
  type Tensor,
  tanh,
  tensor,
  zeros,
} from "@nn/tensor";
import { type TestedLayer, type TestLayerOptions, testLayer } from "@nn/testing";
import { describe, expect, it } from "vitest";
import { failuresOf } from "./run-tests.js";

const rows = { shape: [4, 3] };
const images = { shape: [2, 3, 5, 5] };

testLayer(() => new Linear(3, 2), { input: rows, wrongInput: { shape: [4, 5] }, describe, it });
testLayer(() => new BatchNorm2d(3), { input: images, wrongInput: { shape: [2, 4, 5, 5] }, describe, it });
testLayer(() => new LayerNorm(3), { input: rows, wrongInput: { shape: [4, 5] }, describe, it });
testLayer(() => new GroupNorm(1, 3), { input: images, wrongInput: { shape: [2, 4, 5, 5] }, describe, it });
testLayer(() => new Embedding(5, 3), {
  input: { shape: [2, 4], dtype: "i32", range: [0, 5] },
  wrongInput: rows,
  describe,
  it,
});
testLayer(() => new PReLU(3), { input: images, wrongInput: { shape: [2, 4, 5, 5] }, describe, it });
testLayer(() => new Dropout(0.5), { input: rows, describe, it });
testLayer(() => new Conv2d(3, 2, { kernelSize: 3 }), { input: images, wrongInput: rows, describe, it });
testLayer(() => new Conv1d(3, 2, { kernelSize: 3, padding: "causal" }), {
  input: { shape: [2, 3, 6] },
  wrongInput: rows,
  describe,
  it,
});
testLayer(() => new ConvTranspose1d(3, 2, { kernelSize: 3, stride: 2 }), {
  input: { shape: [2, 3, 4] },
  wrongInput: rows,
  describe,
  it,
});
testLayer(() => new ConvTranspose2d(3, 2, { kernelSize: 3, stride: 2 }), {
  input: images,
  wrongInput: rows,
  describe,
  it,
});
testLayer(() => new MaxPool2d({ kernelSize: 2 }), { input: images, wrongInput: rows, describe, it });
testLayer(() => new AvgPool2d({ kernelSize: 2 }), { input: images, wrongInput: rows, describe, it });
testLayer(() => new RMSNorm(3), { input: rows, wrongInput: { shape: [4, 5] }, describe, it });
testLayer(() => new InstanceNorm2d(3, { affine: true, trackRunningStats: true }), {
  input: images,
  wrongInput: { shape: [2, 4, 5, 5] },
  describe,
  it,
});
testLayer(() => new Dropout2d(0.5), { input: images, wrongInput: rows, describe, it });
testLayer(() => new MultiheadAttention(4, 2, { dropout: 0.25 }), {
  input: { shape: [2, 3, 4] },
  wrongInput: rows,
  describe,
  it,
});
testLayer(() => weightNorm(new Linear(3, 2)), {
  name: "weightNorm(Linear)",
  input: rows,
  wrongInput: { shape: [4, 5] },
  describe,
  it,
});
testLayer(() => spectralNorm(new Linear(3, 2)), {
  name: "spectralNorm(Linear)",
  input: rows,
  wrongInput: { shape: [4, 5] },
  noGradient: "the vectors of the power iteration count as constants, but follow the weight; the goldens check it",
  describe,
  it,
});
testLayer(
  () => {
    const layer = new LazyLinear(2);
    predict(layer, zeros([1, 3]));
    return layer;
  },
  { name: "LazyLinear", input: rows, wrongInput: { shape: [4, 5] }, describe, it },
);
testLayer(() => tanh, { input: rows, describe, it });
testLayer(
  () =>
    new Sequential(
      new Conv2d(3, 4, { kernelSize: 2 }),
      new BatchNorm2d(4),
      tanh,
      new MaxPool2d({ kernelSize: 2 }),
      flatten,
      new Dropout(0.25),
      new Linear(16, 2),
    ),
  { input: images, wrongInput: { shape: [2, 5, 5, 5] }, name: "small network", describe, it },
);

/** A right layer to break: tanh(x · w) · scale. */
class Right extends Module {
  weight = new Parameter(defaultGenerator().normal([3, 2]));
  scale = new Parameter(tensor([1.5, 0.5]));
  calls = new Buffer(zeros([1]));
  forward(x: Tensor): Tensor {
    if (this.training) this.calls.assign(this.calls.add(1));
    return tanh(matmul(x, this.weight)).mul(this.scale);
  }
}

const failing = (makeLayer: () => TestedLayer, options: Partial<TestLayerOptions> = {}) =>
  failuresOf((runner) => testLayer(makeLayer, { input: rows, ...runner, ...options }));

describe("testLayer", () => {
  it("finds nothing where nothing is wrong", async () => {
    expect(await failing(() => new Right())).toEqual({});
  });

  it("catches a parameter that the gradient does not reach", async () => {
    class Cut extends Right {
      override forward(x: Tensor) {
        return mul(tanh(matmul(x, this.weight)), stopGradient(this.scale));
      }
    }
    const failed = await failing(() => new Cut());
    expect(failed["has right gradients in training mode"]).toMatch(/input +scale, \[2\]/);
    expect(failed["gives frozen parameters no gradient, and all others one"]).toMatch(/got +scale/);
  });

  it("catches chance that no seed settles, and chance in evaluation", async () => {
    class Noisy extends Right {
      override forward(x: Tensor) {
        return super.forward(x).mul(Math.random());
      }
    }
    expect(Object.keys(await failing(() => new Noisy()))).toEqual(
      expect.arrayContaining([
        "gives the same under the same seed, in training mode too",
        "is settled by evaluation: no chance, no buffer moves",
      ]),
    );
  });

  it("catches a buffer that moves in evaluation mode", async () => {
    class Counting extends Right {
      override forward(x: Tensor) {
        this.calls.assign(this.calls.add(1));
        return super.forward(x);
      }
    }
    const failed = await failing(() => new Counting());
    expect(Object.keys(failed)).toEqual(["is settled by evaluation: no chance, no buffer moves"]);
  });

  it("catches state that is not in the state dict", async () => {
    class Hidden extends Right {
      #offset = Math.random();
      override forward(x: Tensor) {
        return super.forward(x).add(this.#offset);
      }
    }
    expect((await failing(() => new Hidden()))["carries everything in its state dict"]).toContain(
      "a layer with the loaded state differs",
    );
  });

  it("catches a leak", async () => {
    class Leaking extends Right {
      override forward(x: Tensor) {
        return keep(super.forward(x));
      }
    }
    expect((await failing(() => new Leaking()))["keeps its memory balance over training steps"]).toContain(
      "left memory behind",
    );
  });

  it("catches tensors that do not move to another backend", async () => {
    class Stuck extends Right {
      readonly #shift = keep(tensor([1, 2]));
      override forward(x: Tensor) {
        return super.forward(x).add(this.#shift.cast(x.dtype));
      }
    }
    expect(Object.keys(await failing(() => new Stuck()))).toEqual([
      "moves to another backend and gives the same there",
    ]);
  });

  it("catches wrong inputs that are taken, and errors without a path", async () => {
    const name = "refuses a wrong input, and says where it is in the model";
    const taken = await failing(() => new Right(), { wrongInput: { shape: [7, 3] } });
    expect(taken[name]).toContain("is not refused");
    const pathless = await failing(() => new Right(), { wrongInput: { shape: [4, 5] } });
    expect(pathless[name]).toContain("model.blocks.0.layer");
  });
});
