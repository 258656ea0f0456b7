import { BatchNorm1d, evaluate, Sequential } from "@nn/layers";
import { EMA, SWA, updateBatchNorm } from "@nn/optim";
import { Buffer, Parameter, stateDict, type Tensor, tanh, tensor, zeros } from "@nn/tensor";
import { expectClose, type GoldenTensor } from "@nn/testing";
import { loadGolden } from "@nn/testing/node";
import { describe, expect, test } from "vitest";

const { cases } = loadGolden("optim");
const f64 = ({ data, shape }: GoldenTensor): Tensor => tensor(data, { dtype: "f64", shape });

describe("averages of weights are PyTorch's", () => {
  for (const golden of cases.filter(({ op }) => op === "ema" || op === "swa")) {
    test(`${golden.op}, ${golden.name}`, async () => {
      const inputs = { p: f64(golden.inputs.p!), buffer: f64(golden.inputs.buffer!) };
      const model = {
        p: new Parameter(zeros(inputs.p.shape.slice(1), { dtype: "f64" })),
        buffer: new Buffer(zeros(inputs.buffer.shape.slice(1), { dtype: "f64" })),
      };
      const average = golden.op === "ema" ? new EMA(model, golden.options) : new SWA(model, golden.options);
      for (let i = 0; i < inputs.p.shape[0]; i++) {
        model.p.assign(inputs.p.at(i));
        model.buffer.assign(inputs.buffer.at(i));
        average.update();
        for (const [name, expected] of Object.entries(golden.outputs)) {
          const row = await f64(expected).at(i).data();
          await expectClose(average.stateDict().average[name]!, row, { rtol: 1e-10 });
          await average.with(() => expectClose(model[name as "p" | "buffer"], row, { rtol: 1e-10 }));
        }
      }
    });
  }
});

test("updateBatchNorm gives PyTorch's statistics, with the layers of @nn/layers", async () => {
  const golden = cases.find(({ op }) => op === "updateBatchNorm")!;
  const norm = () => new BatchNorm1d(3, { dtype: "f64" });
  const model = new Sequential(norm(), tanh, norm());
  // Statistics of a training, which have to go.
  await updateBatchNorm(model, [
    tensor(
      [
        [1, 2, 3],
        [4, 5, 9],
      ],
      { dtype: "f64" },
    ),
  ]);
  evaluate(model);
  await updateBatchNorm(model, Object.values(golden.inputs).map(f64));
  const statistics = stateDict(model);
  for (const [name, expected] of Object.entries(golden.outputs)) {
    await expectClose(statistics[name]!, expected.data, { rtol: 1e-10 });
  }
  expect(await statistics["0.num_batches_tracked"]!.item()).toBe(3);
  expect(model.training).toBe(false);
});
