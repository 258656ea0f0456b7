import { mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Buffer, memory, Parameter, tensor, zeros } from "@nn/tensor";
import { beforeEach, describe, expect, it } from "vitest";
import { load, save } from "../node.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "nn-save-"));
});

const modelOf = (...values: number[]) => ({
  body: { weight: new Parameter(tensor(values)) },
  mean: new Buffer(tensor([values[0]!])),
});

describe("save and load", () => {
  it("carry parameters, buffers and metadata", async () => {
    const path = join(folder, "runs/a/model.safetensors");
    await save(modelOf(1, 2, 3), path, { metadata: { classes: "cat,dog" } });
    const other = modelOf(0, 0, 0);
    expect(await load(other, path)).toEqual({ classes: "cat,dog" });
    expect(await other.body.weight.array()).toEqual([1, 2, 3]);
    expect(await other.mean.array()).toEqual([1]);
    expect(await readdir(join(folder, "runs/a"))).toEqual(["model.safetensors"]);
  });

  it("save the values of the call", async () => {
    const path = join(folder, "model.safetensors");
    const model = modelOf(1, 2);
    const saved = save(model, path);
    model.body.weight.assign(tensor([8, 9]));
    await saved;
    await load(model, path);
    expect(await model.body.weight.array()).toEqual([1, 2]);
  });

  it("hold no memory", async () => {
    const path = join(folder, "model.safetensors");
    const model = modelOf(1, 2);
    await save(model, path);
    await load(model, path);
    const before = memory().liveBuffers;
    await save(model, path);
    await load(model, path);
    expect(memory().liveBuffers).toBe(before);
  });

  it("change nothing where the file does not fit, unless told that it need not", async () => {
    const path = join(folder, "model.safetensors");
    await save({ body: { weight: new Parameter(tensor([7, 7])) }, head: new Parameter(zeros([1])) }, path);
    const model = modelOf(1, 2);
    await expect(load(model, path)).rejects.toThrow(/head\s+unexpected/);
    expect(await model.body.weight.array()).toEqual([1, 2]);
    await load(model, path, { strict: false });
    expect(await model.body.weight.array()).toEqual([7, 7]);
    await expect(load(modelOf(1, 2, 3), path, { strict: false })).rejects.toThrow(/expected f32 \[3\]\s+got f32 \[2\]/);
  });

  it("say what is wrong with a file", async () => {
    await expect(load(modelOf(1), join(folder, "none"))).rejects.toThrow(/none/);
    await writeFile(join(folder, "file"), "");
    await expect(save(modelOf(1), join(folder, "file/model"))).rejects.toThrow(/file\/model/);
    await expect(load(modelOf(1), join(folder, "file"))).rejects.toMatchObject({ name: "DataError" });
  });
});
