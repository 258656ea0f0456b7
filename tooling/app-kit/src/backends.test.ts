import { fusedCpu } from "@nn/backend-cpu/fused";
import { BackendError } from "@nn/tensor";
import { expect, it } from "vitest";
import { engineNameOf, makeBackend } from "./backends.js";
import { pickBackend, smallStep } from "./pick-backend.js";

it("makes the backend that is asked for", async () => {
  expect((await makeBackend("cpu", undefined)).name).toBe("cpu");
  expect((await makeBackend("wasm", 1)).capabilities.threads).toBe(1);
});

it("makes the backend on the GPU, or says what to do about it", async () => {
  const backend = await makeBackend("gpu", undefined).catch((error: unknown) => String(error));
  if (typeof backend === "string") {
    expect(backend).toMatch(/^BackendError: \[(gpu|webgpu)\][^]* fix /);
    return;
  }
  expect(engineNameOf(backend)).toBe("gpu");
  await backend.dispose();
});

it("refuses threads where there are none", async () => {
  await expect(makeBackend("cpu", 2)).rejects.toThrow('--threads 2: the backend "cpu" computes in one thread');
  await expect(makeBackend("gpu", 2)).rejects.toThrow('--threads 2: the backend "gpu" has no threads');
});

it("picks the fastest, says why, gives the others back, and tells what is missing", async () => {
  const lines: string[] = [];
  const disposed: string[] = [];
  const fast = fusedCpu();
  const { unary } = fast.kernels;
  const slowly: typeof unary.run = (io) => {
    const end = performance.now() + 40;
    while (performance.now() < end);
    unary.run(io);
  };
  const slow = {
    ...fusedCpu(),
    kernels: { ...fast.kernels, unary: { ...unary, run: slowly } },
    dispose: async () => void disposed.push("slow"),
  };
  const broken = () => {
    throw new BackendError({ where: "gpu", problem: "no engine works here", fix: "install one" });
  };
  const picked = await pickBackend(
    [
      ["slow", () => slow],
      ["broken", broken],
      ["fast", () => fast],
    ],
    smallStep,
    (line) => lines.push(line),
  );
  expect(picked).toBe(fast);
  expect(disposed).toEqual(["slow"]);
  expect(lines).toEqual([
    expect.stringMatching(
      /^Backend auto takes fast, the fastest here; a step takes: fast [\d.]+ ms, slow [\d.]+ ms\.$/,
    ),
    "broken is not there: no engine works here (install one)",
  ]);
});
