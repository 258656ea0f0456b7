import { extend, type Kernel } from "@nn/backend";
import { cpu } from "@nn/backend-cpu";
import { expect, it } from "vitest";
import { defineOp, transpose, withBackend, zeros } from "../index.js";

it("copies nothing for a dense kernel when there is nothing to copy", () => {
  const kernel: Kernel = {
    dense: true,
    run: () => expect.unreachable("an empty output reaches no kernel"),
  };
  const op = defineOp({ name: "test.dense", infer: ([x]) => ({ dtype: x.dtype, shape: x.shape }) });
  withBackend(extend(cpu(), { "test.dense": kernel }), () => {
    expect(op.call([transpose(zeros([0, 3, 4]))], undefined).shape).toEqual([0, 4, 3]);
    expect(op.call([zeros([3, 4, 0]).permute([2, 1, 0])], undefined).shape).toEqual([0, 4, 3]);
  });
});
