import { DataError, type Parameter, scope, stack, type Tensor, type Tree } from "@nn/tensor";
import { checkOptions, notNegative } from "./check-options.js";
import { CurvaturePairs } from "./curvature-pairs.js";
import { dot, FlatParameters, type Point, readAll } from "./flat-parameters.js";
import { checkCounts } from "./schedules/check-schedule.js";
import { strongWolfe } from "./strong-wolfe.js";

/** How `minimize` goes and when it stops; names are those of torch.optim.LBFGS. */
export interface MinimizeOptions {
  /** Length of the first trial of every step, and of the step itself without a line search. Default 1. */
  readonly lr?: number;
  /** Most iterations. Default 100 (PyTorch: 20 a call of `step`). */
  readonly maxIter?: number;
  /** Most evaluations of the function, looked at after each iteration. Default: a quarter more than `maxIter`. */
  readonly maxEval?: number;
  /** Ends when no element of the gradient is larger. Default 1e-7. */
  readonly toleranceGrad?: number;
  /** Ends when neither the function nor a parameter changes by more. Default 1e-9. */
  readonly toleranceChange?: number;
  /** How many steps are remembered, with two vectors of the parameters' size each. Default 100. */
  readonly historySize?: number;
  /** "strongWolfe" (default; PyTorch's default is none), or null for steps of length `lr`. */
  readonly lineSearchFn?: "strongWolfe" | null;
  /** Called after every iteration, the parameters being those that were reached; returning false ends it. */
  readonly onIteration?: (progress: MinimizeProgress) => unknown;
}

/** Where the minimization stands. */
export interface MinimizeProgress {
  /** The function's value at the parameters. */
  readonly loss: number;
  /** The largest size of an element of the gradient. */
  readonly gradient: number;
  /** Iterations so far. */
  readonly iterations: number;
  /** Evaluations of the function so far. */
  readonly evaluations: number;
}

/** What `minimize` reached, and why it ended. */
export interface MinimizeResult extends MinimizeProgress {
  /**
   * Converged: `"gradient"` by `toleranceGrad`; `"change"` by `toleranceChange`; `"slope"`, the way down is flatter than
   * `toleranceChange`. Not converged: `"maxIter"`, `"maxEval"`, the limit; `"callback"`, `onIteration` returned false;
   * `"diverged"`, the gradient is no number, or a step without a line search led to where the loss is none.
   */
  readonly reason: "gradient" | "change" | "slope" | "maxIter" | "maxEval" | "callback" | "diverged";
}

/**
 * Minimizes a function of all its data by L-BFGS with a line search (torch.optim.LBFGS; Nocedal and Wright, "Numerical
 * Optimization", algorithm 7.5): far fewer evaluations than Adam for smooth functions without noise. The parameters are
 * changed in place; frozen ones stay.
 *
 * @param closure returns the loss (one number) or `{ loss, ...rest }`; synchronous, and the same at every call
 * @param target a module or a list of parameters, all of one dtype
 * @throws DataError when an option makes no sense, when there is nothing to minimize by, or when the loss at the start
 * is not a finite number.
 *
 * @example
 * ```ts
 * import { minimize } from "@nn/optim";
 * import { Parameter, tensor } from "@nn/tensor";
 *
 * // Rosenbrock's valley, with its lowest point at (1, 1).
 * const [x, y] = [new Parameter(tensor(-1)), new Parameter(tensor(1.5))];
 * const result = await minimize(
 *   () => y.sub(x.square()).square().mul(100).add(x.sub(1).square()),
 *   [x, y],
 * );
 * (await x.item()).toFixed(2); // => "1.00"
 * (await y.item()).toFixed(2); // => "1.00"
 * result.iterations < 100; // => true
 * ```
 */
export async function minimize(
  closure: () => Tensor | { loss: Tensor },
  target: Tree | readonly Parameter[],
  options: MinimizeOptions = {},
): Promise<MinimizeResult> {
  const { lr = 1, maxIter = 100, maxEval = Math.floor(maxIter * 1.25), historySize = 100 } = options;
  const { toleranceGrad = 1e-7, toleranceChange = 1e-9, lineSearchFn = "strongWolfe", onIteration } = options;
  checkOptions("minimize", notNegative, { lr, toleranceGrad, toleranceChange });
  checkCounts("minimize", { maxIter, maxEval, historySize });

  const space = new FlatParameters(target, closure);
  const pairs = new CurvaturePairs(historySize);
  let point = await space.evaluate(0, null);
  try {
    if (point.loss === Infinity) throw notFinite();
    let firstLength = Math.min(1, 1 / point.slope) * lr;
    let iterations = 0;
    const ended = (reason: MinimizeResult["reason"]): MinimizeResult => ({ ...progress(), reason });
    const progress = (): MinimizeProgress => ({
      loss: point.loss,
      gradient: point.steepness,
      iterations,
      evaluations: space.evaluations,
    });
    if (point.steepness <= toleranceGrad) return ended("gradient");

    for (;;) {
      const direction = pairs.direction(point.gradient);
      const start = space.values();
      try {
        const along = await lookAlong(point, direction);
        if (Number.isNaN(along.slope)) return ended("diverged");
        if (along.slope > -toleranceChange) return ended("slope");
        iterations++;
        const before = { ...point, t: 0, slope: along.slope };
        point =
          lineSearchFn === null
            ? await fixedStep(space, start, direction, firstLength)
            : await searchStep(space, start, direction, before, firstLength, toleranceChange / along.longest);
        await remember(pairs, before, point, direction);
        before.gradient.dispose();
        firstLength = lr;

        if (point.loss === Infinity) return ended("diverged");
        if (onIteration?.(progress()) === false) return ended("callback");
        if (point.steepness <= toleranceGrad) return ended("gradient");
        if (along.longest * point.t <= toleranceChange) return ended("change");
        if (Math.abs(point.loss - before.loss) < toleranceChange) return ended("change");
        if (iterations === maxIter) return ended("maxIter");
        if (space.evaluations >= maxEval) return ended("maxEval");
      } finally {
        direction.dispose();
        start.dispose();
      }
    }
  } finally {
    point.gradient.dispose();
    pairs.dispose();
  }
}

/** The slope in a direction, and its longest element. */
async function lookAlong({ gradient }: Point, direction: Tensor): Promise<{ slope: number; longest: number }> {
  const [slope, longest] = await readAll(scope(() => stack([dot(gradient, direction), direction.abs().max()])));
  return { slope: slope!, longest: longest! };
}

async function fixedStep(space: FlatParameters, start: Tensor, direction: Tensor, t: number): Promise<Point> {
  space.moveTo(start, t, direction);
  return space.evaluate(t, direction);
}

/** Searches along the direction and goes to the best point; back to the start when the function fails. */
async function searchStep(
  space: FlatParameters,
  start: Tensor,
  direction: Tensor,
  before: Point,
  first: number,
  tolerance: number,
): Promise<Point> {
  const tried: Point[] = [];
  let best = before;
  try {
    const evaluate = async (t: number) => {
      const point = await fixedStep(space, start, direction, t);
      tried.push(point);
      return point;
    };
    best = await strongWolfe(before, evaluate, first, tolerance);
  } finally {
    for (const { gradient } of tried) if (gradient !== best.gradient) gradient.dispose();
    space.moveTo(start, best.t, direction);
  }
  // The start itself, where nothing better was found: a gradient of its own, since the caller disposes that of before.
  return best === before ? { ...best, gradient: best.gradient.mul(1) } : best;
}

/** Keeps what a step taught of the curvature, unless the function curves down along it. */
async function remember(pairs: CurvaturePairs, before: Point, after: Point, direction: Tensor): Promise<void> {
  const { s, y, products } = scope(() => {
    const s = direction.mul(after.t);
    const y = after.gradient.sub(before.gradient);
    return { s, y, products: stack([dot(y, s), dot(y, y)]) };
  });
  const [ys, yy] = await readAll(products);
  if (ys! > 1e-10) pairs.push(s, y, ys!, yy!);
  else {
    s.dispose();
    y.dispose();
  }
}

function notFinite(): DataError {
  return new DataError({
    where: "minimize",
    problem: "the function gives no finite number at the start",
    fix: "begin where it does, or mend it (detectNaN tells which op made the number)",
  });
}
