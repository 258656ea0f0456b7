import { isNNError } from "@nn/backend";
import { describe, expect, it } from "vitest";
import { parseGolden } from "./goldens.js";
import { goldenAreas, loadGolden } from "./node.js";

const tensor = (data: unknown[], shape = [data.length], dtype = "f64") => ({ dtype, shape, data });
const file = (golden: object) => ({ torch: "1.13", cases: [{ op: "f", name: "n", outputs: {}, ...golden }] });

describe("parseGolden", () => {
  it("decodes numbers, NaN, infinities and negative zero", () => {
    const { cases } = parseGolden(file({ outputs: { y: tensor([1.5, "nan", "inf", "-inf", -0]) } }));
    expect(cases[0].outputs.y.data).toBeInstanceOf(Float64Array);
    expect([...cases[0].outputs.y.data]).toEqual([1.5, Number.NaN, Infinity, -Infinity, -0]);
  });

  it("keeps dtypes, scalars and empty tensors", () => {
    const inputs = { a: tensor([1, 0], [2, 1], "bool"), b: tensor([7], [], "i32"), c: tensor([], [0, 3], "f32") };
    const [only] = parseGolden(file({ inputs })).cases;
    expect(Object.values(only.inputs).map((t) => [t.dtype, t.shape, t.data.length])).toEqual([
      ["bool", [2, 1], 2],
      ["i32", [], 1],
      ["f32", [0, 3], 0],
    ]);
  });

  it("decodes options, also nested ones, and leaves other strings", () => {
    const options = { p: "inf", padding: "same", slices: [[null, "-inf", -1]], keepdim: true };
    expect(parseGolden(file({ options })).cases[0].options).toEqual({
      p: Infinity,
      padding: "same",
      slices: [[null, -Infinity, -1]],
      keepdim: true,
    });
  });

  it("gives empty records where a case has no gradients", () => {
    expect(parseGolden(file({})).cases[0]).toMatchObject({ inputs: {}, options: {}, gradOutputs: {}, grads: {} });
  });

  it.each([
    ["no object", null, "at        file"],
    ["no cases", { torch: "1.13" }, 'expected  "torch" and "cases"'],
    ["a case without a name", { torch: "1", cases: [{ op: "f" }] }, "at        cases[0]"],
    ["a length that differs from the shape", file({ outputs: { y: tensor([1], [2, 2]) } }), "4 numbers for [2,2]"],
    ["an unknown dtype", file({ outputs: { y: tensor([1], [1], "f16") } }), "at        f, n, outputs.y"],
    ["an unknown word", file({ outputs: { y: tensor(["NaN"]) } }), 'got "NaN"'],
    ["a missing number", file({ outputs: { y: tensor([null]) } }), "got null"],
    ["a negative size", file({ outputs: { y: tensor([], [-1]) } }), "a shape"],
  ])("refuses %s and says where", (_, json, text) => {
    let caught: unknown;
    try {
      parseGolden(json);
    } catch (error) {
      caught = error;
    }
    expect(isNNError(caught)).toBe(true);
    expect(String(caught)).toContain(text);
  });
});

describe("loadGolden", () => {
  it.each(goldenAreas())("reads %s", (area) => {
    const { cases } = loadGolden(area);
    expect(new Set(cases.map((c) => `${c.op}: ${c.name}`)).size).toBe(cases.length);
    for (const { op, name, inputs, outputs, gradOutputs, grads } of cases) {
      const place = `${op}: ${name}`;
      expect(Object.keys(outputs), place).not.toEqual([]);
      // A gradient has the shape of its input, a cotangent that of its output.
      for (const [key, { shape }] of Object.entries(grads)) expect(shape, place).toEqual(inputs[key].shape);
      for (const [key, { shape }] of Object.entries(gradOutputs)) expect(shape, place).toEqual(outputs[key].shape);
    }
  });

  it("names the areas when there is no such one", () => {
    expect(() => loadGolden("cnv")).toThrow(/no goldens of "cnv"[\s\S]*areas [^\n]*conv, [^\n]*elementwise/);
  });
});
