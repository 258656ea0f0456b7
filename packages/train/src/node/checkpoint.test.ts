import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Linear } from "@nn/layers";
import { Adam } from "@nn/optim";
import { ones, valueAndGrad } from "@nn/tensor";
import { build } from "esbuild";
import { afterAll, describe, expect, it } from "vitest";
import { restoreTrainingState, type TrainingState, trainingState } from "../index.js";
import { fileCheckpoint, findCheckpoint, loadCheckpoint } from "../node.js";
import { sha256 } from "./manifest.js";
import { trainInto } from "./test-kill-child.js";

const folders: string[] = [];
const newFolder = async () => {
  const folder = await mkdtemp(join(tmpdir(), "nn-checkpoint-"));
  folders.push(folder);
  return folder;
};
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function someState(step: number, inputs = 3): Promise<TrainingState> {
  const model = new Linear(inputs, 2);
  const optimizer = new Adam(model);
  optimizer.step(valueAndGrad(model, () => model.forward(ones([1, inputs])).sum()).grads);
  return trainingState({ model, optimizer, epoch: 2, step, extra: { best: Number.POSITIVE_INFINITY } });
}

/** A folder with a checkpoint, and the name of its tensors' file. */
async function saved(step = 7) {
  const folder = await newFolder();
  const state = await someState(step);
  await fileCheckpoint(folder).save(state);
  const file = (await readdir(folder)).find((name) => name.endsWith(".safetensors"))!;
  return { folder, state, path: join(folder, file), manifest: join(folder, "checkpoint.json") };
}

const contents = async (folder: string) =>
  Promise.all((await readdir(folder)).sort().map(async (name) => [name, sha256(await readFile(join(folder, name)))]));

describe("fileCheckpoint", () => {
  it("writes a state that is read back as it was", async () => {
    const { folder, state } = await saved();
    const loaded = await loadCheckpoint(folder);
    expect(loaded.values).toEqual(state.values);
    expect(loaded).toMatchObject({ version: 1, epoch: 2, step: 7 });
    for (const [name, { data, dtype, shape }] of Object.entries(state.tensors)) {
      expect(loaded.tensors[name]).toMatchObject({ data, dtype, shape });
    }
    const model = new Linear(3, 2);
    expect(restoreTrainingState(loaded, { model, optimizer: new Adam(model) })).toEqual({ best: Infinity });
  });

  it("keeps one checkpoint, clears what a killed save left, and leaves other files alone", async () => {
    const { folder, path } = await saved(7);
    await writeFile(join(folder, "notes.txt"), "mine");
    await writeFile(join(folder, ".tensors-8-0123456789ab.safetensors.00ff.tmp"), "half");
    await fileCheckpoint(folder).save(await someState(8));
    const names = await readdir(folder);
    expect(names).toHaveLength(3);
    expect(names).toContain("notes.txt");
    expect(names).not.toContain(path);
    expect((await loadCheckpoint(folder)).step).toBe(8);
  });

  it("leaves the last whole checkpoint readable at every moment of a save", async () => {
    const { folder } = await saved(7);
    const next = await saved(8);
    const bytes = await readFile(next.path);
    const tensors = join(folder, next.path.slice(next.folder.length + 1));
    const stepNow = async () => (await loadCheckpoint(folder)).step;
    await writeFile(`${join(folder, ".tensors-8")}.tmp`, bytes.subarray(0, 100));
    expect(await stepNow()).toBe(7);
    await cp(next.path, tensors);
    expect(await stepNow()).toBe(7);
    const manifest = await readFile(next.manifest);
    await writeFile(join(folder, ".checkpoint.json.tmp"), manifest.subarray(0, 50));
    expect(await stepNow()).toBe(7);
    await writeFile(join(folder, ".checkpoint.json.tmp"), manifest);
    await rename(join(folder, ".checkpoint.json.tmp"), join(folder, "checkpoint.json"));
    expect(await stepNow()).toBe(8);
  });
});

describe("loadCheckpoint", () => {
  /** Damages a checkpoint, loads it, and gives the one error; the files must stay as they were. */
  const errorAfter = async (damage: (saved: Awaited<ReturnType<typeof checkpoint>>) => Promise<unknown>) => {
    const it = await checkpoint();
    await damage(it);
    const before = await contents(it.folder);
    const error = await loadCheckpoint(it.folder).catch((error: unknown) => error as Error);
    expect(await contents(it.folder)).toEqual(before);
    expect(error).toMatchObject({ name: "DataError", code: "NN_DATA" });
    return (error as Error).message;
  };
  const checkpoint = saved;
  const edit = async (path: string, change: (text: string) => string) =>
    writeFile(path, change(await readFile(path, "utf8")));

  it("finds files that are missing", async () => {
    expect(await errorAfter(({ manifest }) => rm(manifest))).toMatch(
      /there is no checkpoint\s+expected .*checkpoint\.json\s+fix/,
    );
    expect(await errorAfter(({ path }) => rm(path))).toMatch(
      /file of the tensors is missing\s+expected .*safetensors\s+\d+ bytes/,
    );
    expect(await findCheckpoint(await newFolder())).toBeUndefined();
  });

  it("finds a file that was cut", async () => {
    const cut = async ({ path }: { path: string }) => writeFile(path, (await readFile(path)).subarray(0, 100));
    expect(await errorAfter(cut)).toMatch(/another size[^]*expected\s+\d+ bytes\s+got\s+100 bytes/);
  });

  it("finds a flipped bit, in the tensors and in the manifest", async () => {
    const flip = async ({ path }: { path: string }) => {
      const bytes = await readFile(path);
      bytes[bytes.length - 3]! ^= 4;
      await writeFile(path, bytes);
    };
    expect(await errorAfter(flip)).toMatch(/was changed or damaged[^]*expected\s+sha256 [0-9a-f]{64}\s+got\s+sha256/);
    const count = ({ manifest }: { manifest: string }) =>
      edit(manifest, (text) => text.replace('"step": 7', '"step": 6'));
    expect(await errorAfter(count)).toMatch(/the manifest was changed or damaged/);
  });

  it("finds a manifest that is none", async () => {
    expect(await errorAfter(({ manifest }) => edit(manifest, (text) => text.slice(0, 40)))).toMatch(
      /manifest is no JSON/,
    );
    expect(await errorAfter(({ manifest }) => writeFile(manifest, "[1]"))).toMatch(
      /not one of a checkpoint[^]*got\s+no format/,
    );
    expect(await errorAfter(({ manifest }) => writeFile(manifest, "null"))).toMatch(/not one of a checkpoint/);
    const newer = ({ manifest }: { manifest: string }) =>
      edit(manifest, (text) => text.replace('"version": 1', '"version": 9'));
    expect(await errorAfter(newer)).toMatch(/another version[^]*expected\s+version 1\s+got\s+version 9/);
  });

  it("gives a state that refuses a model of other shapes", async () => {
    const { folder } = await saved();
    const model = new Linear(4, 2);
    const restore = (state: TrainingState) => restoreTrainingState(state, { model, optimizer: new Adam(model) });
    const state = await loadCheckpoint(folder);
    expect(() => restore(state)).toThrow(/does not fit[^]*weight\s+expected f32 \[2, 4\]\s+got f32 \[2, 3\]/);
  });
});

describe("a training that is killed", () => {
  it("ends with the same weights as one that was not", { timeout: 30_000 }, async () => {
    const expected = await trainInto(await newFolder(), () => {});
    const folder = await newFolder();
    const script = await bundle();
    const reached: number[] = [];
    for (const after of [5, 9]) {
      const child = start(script, folder);
      reached.push(await killAfter(child, after));
      // Whatever it was doing, there is a whole checkpoint, of the step before the last one told or later.
      expect((await loadCheckpoint(folder)).step).toBeGreaterThanOrEqual(reached.at(-1)! - 1);
    }
    expect(reached[1]).toBeGreaterThan(reached[0]!);
    const last = start(script, folder);
    let output = "";
    last.stdout!.on("data", (text) => (output += text));
    await once(last, "close");
    expect(output).toMatch(new RegExp(`weights ${expected}\n$`));
    expect(output).not.toMatch(/^step 1\n/);
  });
});

/** The child as one file of JavaScript, so that it starts at once. */
async function bundle(): Promise<string> {
  const outfile = join(await newFolder(), "test-kill-child.mjs");
  const entry = fileURLToPath(new URL("test-kill-child.ts", import.meta.url));
  await build({
    bundle: true,
    conditions: ["@nn/source"],
    entryPoints: [entry],
    format: "esm",
    outfile,
    platform: "node",
  });
  return outfile;
}

function start(script: string, folder: string): ChildProcess {
  return spawn(process.execPath, [script, folder], { stdio: ["ignore", "pipe", "inherit"] });
}

/** Kills the child at a random moment after it has told of `count` steps; gives the last step it told of. */
async function killAfter(child: ChildProcess, count: number): Promise<number> {
  let output = "";
  const steps = () => [...output.matchAll(/step (\d+)\n/g)].map((match) => Number(match[1]));
  const enough = new Promise<void>((resolve) => {
    child.stdout!.on("data", (text) => {
      output += text;
      if (steps().length >= count) resolve();
    });
  });
  await enough;
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
  child.kill("SIGKILL");
  await once(child, "close");
  return steps().at(-1)!;
}
