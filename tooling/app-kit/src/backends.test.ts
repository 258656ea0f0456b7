import { expect, it } from "vitest";
import { makeBackend } from "./backends.js";

it("makes the backend that is asked for", async () => {
  expect((await makeBackend("cpu", undefined)).name).toBe("cpu");
  expect((await makeBackend("wasm", 1)).capabilities.threads).toBe(1);
});

it("refuses threads where there are none", async () => {
  await expect(makeBackend("cpu", 2)).rejects.toThrow('--threads 2: the backend "cpu" computes in one thread');
});
