import { cpu } from "@nn/backend-cpu";
import { describe, expect, it } from "vitest";
import {
  defineElementwise,
  exp,
  flip,
  fuseGroups,
  memory,
  profile,
  type Tensor,
  tanh,
  tensor,
  valueAndGrad,
  where,
  zeros,
} from "../index.js";
import { trace } from "./trace.js";

const bump = defineElementwise({
  name: "acme.bump",
  body: ([x], [center]) => exp(x!.sub(center!).square().neg()),
});
const f64 = { dtype: "f64" } as const;

describe("trace", () => {
  const all = "all" as const;

  it("writes down what a function does, each thing once and nothing in vain", () => {
    const { program } = trace(
      ([x, y]) => {
        tanh(y!);
        return [where(x!.greater(y!), x!.mul(2), x!.mul(2).add(1))];
      },
      { name: "test", inputs: [all, all] },
    );
    expect(program).toEqual({
      inputs: ["all", "all"],
      scalars: 0,
      constants: [2, 1],
      instructions: [
        { kind: "greater", operands: [0, 1] },
        { kind: "mul", operands: [0, 2] },
        { kind: "add", operands: [5, 3] },
        { kind: "where", operands: [4, 5, 6] },
      ],
      outputs: [{ register: 7, extent: "all" }],
    });
  });

  it("takes numbers out, so that other numbers make the same program", () => {
    const of = (rate: number) =>
      trace(([p, g]) => [p!.sub(g!.mul(rate))], { name: "test", inputs: [all, all], freeNumbers: true });
    expect(of(0.1).numbers).toEqual([0.1]);
    expect(of(0.2).program).toEqual(of(0.1).program);
  });

  it.each<[string, (x: Tensor) => Tensor]>([
    ["reduce", (x) => x.sub(x.mean())],
    [
      "matmul",
      (x) =>
        x
          .reshape([1, -1])
          .matmul(x.reshape([-1, 1]))
          .reshape([]),
    ],
    ["a view", (x) => x.add(flip(x, 0))],
    ["tensor", (x) => x.add(tensor([1], { dtype: x.dtype, backend: x.backend }))],
    ["cast to i32", (x) => x.cast("i32")],
  ])("refuses what is not elementwise: %s", (what, body) => {
    const op = defineElementwise({ name: "acme.wrong", body: ([x]) => body(x!) });
    expect(() => op.call([zeros([4])])).toThrow(`it uses ${what}`);
  });
});

describe("defineElementwise", () => {
  it("computes, and differentiates once and twice", async () => {
    const x = tensor([1, 2.5], f64);
    const run = () => bump.call([x], { scalars: [2] });
    const y = (v: number) => Math.exp(-((v - 2) ** 2));
    const first = (v: number) => -2 * (v - 2) * y(v);
    const second = (v: number) => (4 * (v - 2) ** 2 - 2) * y(v);
    const close = async (actual: Tensor, of: (v: number) => number) =>
      (await actual.data()).forEach((value, i) => expect(value).toBeCloseTo(of([1, 2.5][i]!), 12));
    await close(run(), y);
    await close(valueAndGrad(x, () => run().sum()).grads.get(x), first);
    const inner = () =>
      valueAndGrad(x, () => run().sum(), { createGraph: true })
        .grads.get(x)
        .sum();
    await close(valueAndGrad(x, inner).grads.get(x), second);
  });

  it("is one op with one gradient op, and leaves nothing behind", () => {
    const x = tensor([1, 2]);
    const step = () => {
      const { loss, grads } = valueAndGrad(x, () => bump.call([x], { scalars: [2] }).sum());
      loss.dispose();
      grads.dispose();
    };
    step();
    const before = memory();
    const names = profile(step).ops.map(({ op }) => op);
    expect(names).toContain("acme.bump");
    expect(names).toContain("acme.bumpGrad");
    expect(memory()).toEqual(before);
  });

  it("uses the gradient that it was given, for the inputs that want one", async () => {
    const op = defineElementwise({
      name: "acme.straightThrough",
      body: ([x, y]) => x!.add(y!),
      gradient: (g) => [g.mul(10), g.mul(20)],
    });
    const [x, y] = [tensor([1]), tensor([2])];
    const { grads } = valueAndGrad(y, () => op.call([x, y]).sum());
    expect(await grads.get(y).array()).toEqual([20]);
  });

  it("says what does not fit", () => {
    const op = defineElementwise({ name: "acme.add", body: ([x, y]) => x!.add(y!) });
    expect(() => op.call([zeros([2]), zeros([3])])).toThrow("[acme.add] the shapes differ");
    expect(() => op.call([zeros([2], { dtype: "i32" }), zeros([2], { dtype: "i32" })])).toThrow("all f32 or all f64");
  });
});

describe("fuseGroups", () => {
  const step = { name: "acme.step", size: 3, fn: ([p, g, t]: readonly Tensor[]) => [p!.sub(g!.div(t!)), t!.add(1)] };
  const groups = () => [tensor([1, 2]), tensor([2, 4]), tensor(2), tensor([[5]]), tensor([[3]]), tensor(3)];

  it("does the same with each group", async () => {
    const results = fuseGroups(groups(), step);
    expect(await Promise.all(results.map((result) => result.array()))).toEqual([[0, 0], 3, [[4]], 4]);
  });

  it("disposes what was donated", () => {
    const tensors = groups();
    fuseGroups(tensors, step, { donate: [0, 2, 3, 5] });
    expect(tensors.map(({ disposed }) => disposed)).toEqual([true, false, true, true, false, true]);
  });

  it("hands one program to the kernel, whatever the numbers are", () => {
    const seen: unknown[] = [];
    const base = cpu();
    const kernels = {
      ...base.kernels,
      elementwise: {
        run: ({ attrs, scalars }: { attrs: unknown; scalars: readonly number[] }) => void seen.push(attrs, ...scalars),
      },
    };
    const backend = Object.create(base, { kernels: { value: kernels } }) as typeof base;
    const tensors = [tensor([1, 2], { backend }), tensor([1, 2], { backend })];
    for (const rate of [0.1, 0.2]) {
      fuseGroups(tensors, { name: "acme.sgd", size: 2, fn: ([p, g]) => [p!.sub(g!.mul(rate))] });
    }
    expect(seen[2]).toBe(seen[0]);
    expect([seen[1], seen[3]]).toEqual([0.1, 0.2]);
  });

  it("says what does not fit", () => {
    expect(() => fuseGroups(groups().slice(1), step)).toThrow("groups of 3");
    expect(() => fuseGroups([zeros([2]), zeros([3]), zeros([])], step)).toThrow("a tensor does not fit its group");
  });
});
