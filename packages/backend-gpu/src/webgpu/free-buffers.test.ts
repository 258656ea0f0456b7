import { expect, it } from "vitest";
import { FreeBuffers } from "./free-buffers.js";

it("gives the smallest first, whatever the order in which they came", () => {
  const free = new FreeBuffers<{ readonly id: number }>();
  const taken: (number | undefined)[] = [];
  for (const id of [5, 3, 9, 1, 7, 8, 2]) free.add({ id });
  for (let i = 0; i < 3; i++) taken.push(free.take()?.id);
  for (const id of [4, 0, 6]) free.add({ id });
  while (free.length > 0) taken.push(free.take()?.id);
  expect(taken).toEqual([1, 2, 3, 0, 4, 5, 6, 7, 8, 9]);
  expect(free.take()).toBeUndefined();
});

it("drops one that would have been taken late", () => {
  const free = new FreeBuffers<{ readonly id: number }>();
  for (const id of [2, 1, 3]) free.add({ id });
  expect(free.drop()!.id).not.toBe(1);
  expect([free.take()!.id, free.length]).toEqual([1, 1]);
});
