import { describe, expect, it } from "vitest";
import { keep, memory, Parameter, scope, type Tensor, tensor } from "../index.js";

describe("scope", () => {
  it("releases what is not returned", () => {
    const before = memory().liveBuffers;
    const made: Tensor[] = [];
    const result = scope(() => {
      made.push(tensor([1]), tensor([2]));
      return made[0]!.add(made[1]!);
    });
    expect(made.map((x) => x.disposed)).toEqual([true, true]);
    expect(result.disposed).toBe(false);
    result.dispose();
    expect(memory().liveBuffers).toBe(before);
  });

  it("finds tensors in arrays, objects, Maps and Sets", () => {
    const x = scope(() => ({
      list: [tensor(1)],
      map: new Map([["a", tensor(2)]]),
      set: new Set([{ deep: tensor(3) }]),
    }));
    expect([x.list[0]!, x.map.get("a")!, [...x.set][0]!.deep].some((item) => item.disposed)).toBe(false);
  });

  it("hands survivors of an inner scope to the outer one", () => {
    let inner: Tensor | undefined;
    scope(() => {
      inner = scope(() => tensor(1).add(1));
      expect(inner.disposed).toBe(false);
    });
    expect(inner?.disposed).toBe(true);
  });

  it("leaves parameters and kept tensors alone", () => {
    let kept: Tensor | undefined;
    let parameter: Parameter | undefined;
    scope(() => {
      kept = keep(tensor(1));
      parameter = new Parameter(tensor(2));
    });
    expect([kept?.disposed, parameter?.disposed]).toEqual([false, false]);
  });

  it("releases everything when the function throws", () => {
    const before = memory().liveBuffers;
    expect(() =>
      scope(() => {
        tensor([1, 2]);
        throw new Error("stop");
      }),
    ).toThrow("stop");
    expect(memory().liveBuffers).toBe(before);
  });

  it("refuses a promise", () => {
    expect(() => scope(async () => tensor(1))).toThrow(
      /returned a promise[^]*return the tensors and read them afterwards/,
    );
  });

  it("explains the use of a released tensor", () => {
    let stored: Tensor = tensor(0);
    scope(() => {
      stored = tensor([1, 2]).exp();
    });
    expect(() => stored.add(1)).toThrow(
      /DisposedError|after its memory was given back[^]*made by exp[^]*keep\(tensor\)/,
    );
  });

  it("keeps a view's memory alive when its source is released", async () => {
    const row = scope(() =>
      tensor([
        [1, 2],
        [3, 4],
      ]).at(1),
    );
    expect(await row.array()).toEqual([3, 4]);
  });
});
