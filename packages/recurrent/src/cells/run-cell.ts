import { DTypeError, describe, isTensor, ShapeError, stack, type Tensor } from "@nn/tensor";
import { choose, isInside, stepOf, stepsOf } from "../sequence/steps.js";
import type { Cell, RecurrentState } from "./cell.js";

/** How a cell runs over sequences. */
export interface RunCellOptions<S> {
  /** The state before the first step. Default: the cell's own. */
  readonly state?: S | undefined;
  /** `(n)` i32: behind a sequence's length the output is 0 and the state stays. Default: all are t. */
  readonly lengths?: Tensor | undefined;
  /** Whether the steps run from the last element of each sequence to the first. Default false. */
  readonly reverse?: boolean;
}

/**
 * Runs a cell over sequences `(n, t, …)`; what `Recurrent` calls.
 *
 * @returns the outputs `(n, t, …)` and the state after the last step of each sequence
 * @throws ShapeError when the input has no steps or lengths do not fit, DTypeError when lengths are not i32.
 *
 * @example
 * ```ts
 * import { GRUCell, runCell } from "@nn/recurrent";
 * import { zeros } from "@nn/tensor";
 *
 * runCell(new GRUCell(3, 8), zeros([2, 5, 3])).output.shape; // => [2, 5, 8]
 * ```
 */
export function runCell<S extends RecurrentState>(
  cell: Cell<S>,
  x: Tensor,
  options: RunCellOptions<S> = {},
): { output: Tensor; state: S } {
  const { lengths, reverse = false } = options;
  check(x, lengths);
  const [n, t] = x.shape;
  let state = options.state ?? cell.initialState(n, x);
  const inputs = cell.projectInput?.(x) ?? x;
  const outputs: Tensor[] = [];
  for (const k of stepsOf(t, reverse)) {
    const next = cell.step(stepOf(inputs, k), state);
    outputs[k] = chooseRows(lengths, k, next.output, 0);
    state = mapState(next.state, state, (after, before) => chooseRows(lengths, k, after, before));
  }
  return { output: stack(outputs, 1), state };
}

function chooseRows(lengths: Tensor | undefined, k: number, a: Tensor, b: Tensor | number): Tensor {
  return lengths === undefined ? a : choose(isInside(lengths, k, a.rank), a, b);
}

/** Applies `fn` to each tensor of a state and the tensor of the same name in another. */
export function mapState<S extends RecurrentState>(state: S, other: S, fn: (a: Tensor, b: Tensor) => Tensor): S {
  if (isTensor(state)) return fn(state, other as Tensor) as S;
  const [a, b] = [state, other] as Readonly<Record<string, Tensor>>[];
  return Object.fromEntries(Object.keys(a).map((name) => [name, fn(a[name], b[name])])) as S;
}

function check(x: Tensor, lengths: Tensor | undefined): void {
  if (x.rank < 2 || x.shape[1] === 0) {
    throw new ShapeError({
      where: "Recurrent",
      problem: "the input is no batch of sequences with at least one step",
      rows: [
        ["input", describe(x)],
        ["expected", "[n, t, …], t > 0"],
      ],
      fix: "x.unsqueeze(0) makes a batch of one sequence",
    });
  }
  if (lengths === undefined) return;
  const rows = [
    ["input", describe(x)],
    ["lengths", describe(lengths)],
  ] as const;
  if (lengths.rank !== 1 || lengths.shape[0] !== x.shape[0]) {
    throw new ShapeError({
      where: "Recurrent",
      problem: "lengths do not match the batch",
      rows,
      fix: `give one length for each sequence: tensor([…], { dtype: "i32" }) of shape [${x.shape[0]}]`,
    });
  }
  if (lengths.dtype !== "i32") {
    throw new DTypeError({ where: "Recurrent", problem: "lengths must be i32", rows, fix: 'lengths.cast("i32")' });
  }
}
