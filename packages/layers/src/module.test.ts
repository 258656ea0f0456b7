import { loadStateDict, parameters, relu, stateDict, type Tensor, tensor, zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { applyLayer, Dropout, Linear, Module, Sequential } from "./index.js";

class Block extends Module {
  readonly first = new Linear(2, 3);
  readonly more = [new Linear(3, 3), new Linear(3, 3)];
  forward(x: Tensor): Tensor {
    return this.more.reduce((y, layer) => layer.forward(y), this.first.forward(x));
  }
}

describe("Module", () => {
  it("prints itself as PyTorch does", () => {
    expect(String(new Sequential(new Block(), relu, new Dropout(0.5)))).toBe(
      [
        "Sequential(",
        "  (0): Block(",
        "    (first): Linear(inFeatures=2, outFeatures=3, bias=true)",
        "    (more.0): Linear(inFeatures=3, outFeatures=3, bias=true)",
        "    (more.1): Linear(inFeatures=3, outFeatures=3, bias=true)",
        "  )",
        "  (1): relu",
        "  (2): Dropout(p=0.5)",
        ")",
      ].join("\n"),
    );
  });
});

describe("Sequential", () => {
  const model = new Sequential(new Linear(2, 3), relu, new Block().first, (x) => x.mul(2));

  it("names parameters by position, functions counted", () => {
    expect(Object.keys(stateDict(model))).toEqual(["0.weight", "0.bias", "2.weight", "2.bias"]);
  });

  it("gives layers by position and in turn", () => {
    expect(model.length).toBe(4);
    expect(model.at(1)).toBe(relu);
    expect(model.at(-4)).toBe([...model][0]);
    expect(() => model.at(4)).toThrow("use a position from -4 to 3");
  });

  it("runs its layers in turn", async () => {
    const pair = new Sequential(new Linear(1, 1), (x: Tensor) => x.add(1));
    loadStateDict(pair, { "0.weight": tensor([[2]]), "0.bias": tensor([3]) });
    expect(await pair.forward(tensor([[5]])).array()).toEqual([[14]]);
  });

  it("counts a shared layer once", () => {
    const shared = new Linear(2, 2);
    expect(parameters(new Sequential(shared, shared)).length).toBe(2);
  });

  it("refuses what is no layer", () => {
    const layers = [relu] as unknown as typeof relu;
    expect(() => new Sequential(layers)).toThrow("spread an array: new Sequential(...layers)");
    const lstm = { forward: () => ({ output: zeros([1]) }) } as unknown as typeof relu;
    expect(() => applyLayer(lstm, zeros([1]))).toThrow("the layer gave no tensor");
  });
});
