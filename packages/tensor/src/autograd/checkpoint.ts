import { BackendError } from "@nn/backend";
import { runtime } from "../core/runtime.js";
import { scope } from "../core/scope.js";
import { alias, isTensor, type Tensor } from "../core/tensor.js";
import { replayDraws, traceDraws } from "../random/draws.js";
import { pullback } from "./pullback.js";
import { type Node, Recorder, record } from "./recorder.js";

/**
 * Runs `fn` without keeping what its backward pass would need; the backward pass runs it again, with the same random
 * numbers. Trades time for memory (torch.utils.checkpoint).
 *
 * `fn` may use parameters and constants by closure. Tensors computed inside the same `valueAndGrad` must be passed as
 * arguments. A buffer that `fn` assigns (running statistics) is assigned again by the second run.
 *
 * @throws BackendError when `fn` reads a computed tensor that is not among its arguments.
 *
 * @example
 * ```ts
 * import { checkpoint, tensor, valueAndGrad } from "@nn/tensor";
 *
 * const x = tensor([1, 2]);
 * const { grads } = valueAndGrad(x, () => checkpoint((h) => h.exp().log(), x.mul(x)).sum());
 * await grads.get(x).array(); // => [2, 4]
 * ```
 */
export function checkpoint<T extends Tensor | readonly Tensor[]>(
  fn: (...inputs: Tensor[]) => T,
  ...inputs: Tensor[]
): T {
  const outer = runtime.recorder;
  if (outer === null) return fn(...inputs);
  const trial = new Recorder(outer, outer.createGraph);
  runtime.recorder = trial;
  let result: T;
  let draws: ReturnType<typeof traceDraws>["draws"];
  let sources: Tensor[];
  try {
    const traced = traceDraws(() => scope(() => fn(...inputs)));
    result = traced.result;
    draws = traced.draws;
    sources = sourcesOf(trial, inputs);
  } finally {
    runtime.recorder = outer;
    trial.release();
  }
  const results: readonly Tensor[] = isTensor(result) ? [result] : result;
  const outputs = results.map((y) => (sources.includes(y) ? alias(y) : y));
  const op = {
    name: "checkpoint",
    infer: () => outputs,
    vjp: ({ inputs: saved, grads }: { inputs: readonly Tensor[]; grads: readonly (Tensor | undefined)[] }) =>
      replayDraws(draws, () => pullback(() => fn(...saved.slice(0, inputs.length)), saved, grads)),
  };
  if (sources.some((source) => source._node !== null))
    record(op, sources, outputs, undefined, [], undefined, undefined);
  return (isTensor(result) ? outputs[0] : outputs) as T;
}

/** The arguments, and every parameter or target that the recorded ops read beside them. */
function sourcesOf(trial: Recorder, inputs: readonly Tensor[]): Tensor[] {
  const inside = new Set<Node>(trial.nodes);
  const sources = new Set<Tensor>(inputs);
  for (const node of trial.nodes) {
    node.edges.forEach((edge, i) => {
      const input = node.inputs[i]!;
      if (edge === null || inside.has(edge) || sources.has(input)) return;
      if (edge.outputs.length > 0) throw capturedError(input);
      sources.add(input);
    });
  }
  return [...sources];
}

function capturedError(input: Tensor): BackendError {
  return new BackendError({
    where: "checkpoint",
    problem: "the function reads a computed tensor that is not among its arguments",
    rows: [["tensor", `[${input.shape.join(", ")}]`, `made by ${input._op}`]],
    fix: "pass it: checkpoint((h) => …, h)",
  });
}
