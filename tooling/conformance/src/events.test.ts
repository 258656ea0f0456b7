import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SummaryWriter } from "@nn/train/node";
import { expect, it } from "vitest";

// Written by TensorBoard's own classes, and read back by its reader: tooling/golden/events.py.
const fixture = new URL("fixtures/events.out.tfevents.fixture", import.meta.url);

it("SummaryWriter writes the bytes that TensorBoard writes", async () => {
  const writer = new SummaryWriter(await mkdtemp(join(tmpdir(), "nn-events-")), { now: () => 1_700_000_000.25 });
  writer.addScalar("train/loss", 0.75, 1);
  await writer.flush();
  writer.addScalar("train/loss", 0.1, 300);
  writer.addScalar("lr", 1e-5, 5_000_000_000);
  writer.addHistogram("weight", [-1, 0.25, 1.25, 2], 300, { buckets: 2 });
  writer.addText("notes", "half the *rate* – später", 0);
  await writer.close();
  expect(await readFile(writer.path)).toEqual(await readFile(fixture));
});
