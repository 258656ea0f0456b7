import { expect, it, vi } from "vitest";
import { Interrupt } from "./interrupt.js";

it("stops at the first signal and kills at the second", () => {
  const kill = vi.spyOn(process, "kill").mockReturnValue(true);
  const tell = vi.fn();
  const before = process.listenerCount("SIGTERM");
  const interrupt = new Interrupt(tell);
  expect(interrupt.signal.aborted).toBe(false);
  process.emit("SIGTERM", "SIGTERM");
  expect([interrupt.signal.aborted, interrupt.exitCode]).toEqual([true, 143]);
  expect(tell).toHaveBeenCalledOnce();
  expect(kill).not.toHaveBeenCalled();
  process.emit("SIGINT", "SIGINT");
  expect(kill).toHaveBeenCalledWith(process.pid, "SIGINT");
  expect(process.listenerCount("SIGTERM")).toBe(before);
  kill.mockRestore();
});
