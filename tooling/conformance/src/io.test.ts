import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type HostTensor, readSafetensors, writeSafetensors } from "@nn/io";
import { readFile, writeFileAtomic } from "@nn/io/node";
import { loadGolden } from "@nn/testing/node";
import { expect, test } from "vitest";

const golden = loadGolden("safetensors").cases[0]!;
const tiny = readFileSync(new URL("../../../packages/testing/goldens/tiny.safetensors", import.meta.url));
// Written by the reference implementation, safetensors 0.8.0: the tensors below with the metadata below.
const reference = readFileSync(new URL("./fixtures/reference.safetensors", import.meta.url));
const metadata = { note: "grüße", format: "pt" };
const tensors: Record<string, HostTensor> = {
  "layer.weight": { dtype: "f32", shape: [2, 3], data: Float32Array.of(1.5, -2.25, 0, 3, 0.5, -1) },
  "layer.bias": { dtype: "f64", shape: [2], data: Float64Array.of(0.1, -0.2) },
  steps: { dtype: "i32", shape: [3], data: Int32Array.of(-1, 0, 2147483647) },
  mask: { dtype: "bool", shape: [3], data: Uint8Array.of(1, 0, 1) },
  scalar: { dtype: "f32", shape: [], data: Float32Array.of(7) },
  empty: { dtype: "f32", shape: [0, 4], data: new Float32Array(0) },
  "10": { dtype: "f32", shape: [1], data: Float32Array.of(2) },
  größe: { dtype: "f32", shape: [1], data: Float32Array.of(3) },
};

test("reads a file of all types as Python wrote it", () => {
  const read = readSafetensors(tiny);
  expect(read.metadata).toEqual(golden.options.metadata);
  expect(Object.keys(read.tensors).sort()).toEqual(Object.keys(golden.outputs).sort());
  for (const [name, { dtype, shape, data }] of Object.entries(golden.outputs)) {
    const tensor = read.tensors[name]!;
    expect([tensor.dtype, tensor.shape], name).toEqual([dtype, shape]);
    expect(Array.from(tensor.data), name).toEqual(Array.from(data));
    expect(tensor.stored).toBe((golden.options.storedAs as Record<string, string>)[name]);
  }
});

test("writes the bytes of the reference implementation", () => {
  expect(Buffer.from(writeSafetensors(tensors, metadata)).equals(reference)).toBe(true);
});

test("reads what the reference implementation writes", () => {
  const read = readSafetensors(reference);
  expect(read.metadata).toEqual(metadata);
  for (const [name, tensor] of Object.entries(tensors)) expect(read.tensors[name], name).toMatchObject(tensor);
});

// Decodes with struct alone, independent of every library.
const decoder = `
import json, struct, sys
file = open(sys.argv[1], "rb").read()
size = struct.unpack("<Q", file[:8])[0]
header, data = json.loads(file[8:8 + size].decode()), file[8 + size:]
codes = {"F32": ("f", 4), "F64": ("d", 8), "I32": ("i", 4), "BOOL": ("?", 1)}
out = {"metadata": header.pop("__metadata__"), "aligned": (8 + size) % 8 == 0, "tensors": {}}
for name, entry in header.items():
    start, end = entry["data_offsets"]
    code, width = codes[entry["dtype"]]
    out["aligned"] = out["aligned"] and start % width == 0
    values = struct.unpack(f"<{(end - start) // width}{code}", data[start:end])
    out["tensors"][name] = {"shape": entry["shape"], "data": [float(value) for value in values]}
print(json.dumps(out))
`;

test.skipIf(!hasPython())(
  "Python reads by hand what was written (skipped only where there is no python3)",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "nn-io-"));
    try {
      const path = join(folder, "model.safetensors");
      await writeFileAtomic(path, writeSafetensors(tensors, metadata));
      expect((await readFile(path)).length).toBe(reference.length);
      const read = JSON.parse(execFileSync("python3", ["-c", decoder, path], { encoding: "utf8" }));
      expect(read.metadata).toEqual(metadata);
      expect(read.aligned).toBe(true);
      const expected = Object.entries(tensors).map(([name, { shape, data }]) => [
        name,
        { shape, data: Array.from(data) },
      ]);
      expect(read.tensors).toEqual(Object.fromEntries(expected));
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

function hasPython(): boolean {
  try {
    execFileSync("python3", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
