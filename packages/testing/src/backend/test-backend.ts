import { type Backend, UnsupportedError } from "@nn/backend";
import { getBackend } from "@nn/tensor";
import type { OpCase, OpCases } from "@nn/tensor/cases";
import {
  type Bench,
  type CheckName,
  checkBackendGradient,
  checkErrorCase,
  checkForward,
  checkFused,
  checkGuards,
  checkMemory,
  checkReference,
  checkSaves,
  checkSecondGradient,
  checkStrided,
} from "./checks.js";
import { contractChecks } from "./contract.js";
import { guarded } from "./guarded.js";
import { kernelsOf } from "./kernel-names.js";
import { type Oracle, oracleOf } from "./oracle.js";

/** How tests are registered: `describe` and `it` of Vitest, Jest, Mocha or node:test, or functions of your own. */
export interface TestRunner {
  describe(name: string, fn: () => void): unknown;
  it(name: string, fn: () => void | Promise<void>): unknown;
}

/** A check that is left out, for a reason. */
export interface Skip {
  readonly op: string;
  /** Default: all cases of the op. */
  readonly case?: string;
  /** Default: all checks of the case. */
  readonly check?: CheckName;
  readonly reason: string;
}

/** What `testBackend` runs, and what it allows. */
export interface TestBackendOptions extends TestRunner {
  /** Tables of cases: those of `@nn/tensor/cases` first, then those of the packages that the backend is to serve. */
  readonly suites: readonly (readonly OpCases[])[];
  /** Largest relative error (absolute below 1) where a case says nothing. Default 1e-5. */
  readonly tolerance?: number;
  /** Other tolerances, by op or by `op, "case"`; each needs its reason in a comment. */
  readonly tolerances?: Readonly<Record<string, number>>;
  readonly skip?: readonly Skip[];
  /**
   * Leaves out what is checked of the oracle alone (references and central differences), where another run of the same
   * suites has done it. Default false.
   */
  readonly trustOracle?: boolean;
  /** What is right: a backend with f64 and `readSync`. Default: the current one, which is `cpu()` unless it was changed. */
  readonly oracle?: Backend;
}

/** What `testBackend` has registered. */
export interface ConformanceReport {
  readonly backend: string;
  readonly ops: number;
  readonly cases: number;
  /** Registered checks by name; `contract` counts those of the contract itself. */
  readonly checks: Readonly<Record<string, number>>;
  readonly skipped: readonly Skip[];
  /** Optional kernels that ran and were compared with the composed form, by op; filled as the checks run. */
  readonly fused: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * Registers the tests that a backend must pass: the contract itself, and for every case of every op: the result and the
 * gradients in f32 against the oracle in f64; the oracle against the case's plain numbers and against central
 * differences; second derivatives; fused kernels against the composed form; strided inputs; memory balance; poisoned
 * buffers and guard elements; error texts.
 *
 * @param backend a function that makes one (may be asynchronous), or a backend; with the latter nothing is disposed
 * @returns when all tests are registered; they run when the runner runs them
 *
 * @example
 * ```ts
 * import { cpu } from "@nn/backend-cpu";
 * import { cases } from "@nn/tensor/cases";
 * import { testBackend } from "@nn/testing";
 *
 * // A runner of three lines; in Vitest: import { describe, it } from "vitest".
 * const tests: (() => void | Promise<void>)[] = [];
 * const describe = (_name: string, fn: () => void) => fn();
 * const it = (_name: string, fn: () => void | Promise<void>) => tests.push(fn);
 *
 * const suites = [cases.filter(({ op }) => op === "matmul")];
 * const report = await testBackend(cpu, { suites, describe, it });
 * for (const test of tests) await test();
 * report.ops; // => 1
 * ```
 */
export async function testBackend(
  backend: Backend | (() => Backend | Promise<Backend>),
  options: TestBackendOptions,
): Promise<ConformanceReport> {
  const make = typeof backend === "function" ? backend : undefined;
  const tested = typeof backend === "function" ? await backend() : backend;
  const oracle = options.oracle ?? getBackend();
  checkOracle(oracle);
  const guard = guarded(tested);
  const { describe, it } = options;
  const checks: Record<string, number> = {};
  const skipped: Skip[] = [];
  const fused = new Map<string, Set<string>>();
  let cases = 0;

  describe(`backend "${tested.name}"`, () => {
    describe("contract", () => {
      for (const { name, needsFresh, run } of contractChecks) {
        if (needsFresh && make === undefined) {
          skipped.push({ op: "contract", case: name, reason: "needs a function that makes backends" });
          continue;
        }
        checks.contract = (checks.contract ?? 0) + 1;
        it(name, () => run(tested, make));
      }
    });
    for (const opCases of options.suites.flat()) {
      describe(opCases.op, () => {
        for (const opCase of opCases.cases) {
          cases++;
          registerCase(opCases, opCase);
        }
        for (const errorCase of opCases.errors ?? []) {
          register(opCases.op, errorCase.name, "error", () => checkErrorCase(opCases.op, errorCase, tested));
        }
      });
    }
  });
  const ops = options.suites.flat().length;
  return { backend: tested.name, ops, cases, checks, skipped, fused };

  function registerCase({ op }: OpCases, opCase: OpCase): void {
    const own = options.tolerances?.[`${op}, "${opCase.name}"`] ?? options.tolerances?.[op];
    const tolerance = own ?? opCase.tolerance ?? options.tolerance ?? 1e-5;
    const bench: Bench = { backend: tested, guard, tolerance };
    const answer = oracleOf(oracle, op, opCase);
    const add = (check: CheckName, run: () => void | Promise<void>) => register(op, opCase.name, check, run);
    // What depends on results is decided by the oracle, here and now; if it fails, that is the one test.
    let plan: { differentiable: boolean; asks: string[]; lacks: string | undefined };
    try {
      const asks = [...answer.asks()].filter((name) => kernelsOf(tested).has(name));
      plan = { differentiable: answer.differentiable(), asks, lacks: lacking(answer, tested) };
    } catch (error) {
      add("forward", () => {
        throw error;
      });
      return;
    }
    const checksOracle = options.trustOracle !== true;
    if (checksOracle && opCase.reference !== undefined) add("reference", () => checkReference(answer));
    if (checksOracle && plan.differentiable) add("derivative", answer.checkGradients);
    const second = plan.differentiable && opCase.noSecondDerivative === undefined;
    if (checksOracle && second) add("second derivative", answer.checkSecondGradients);
    if (plan.lacks !== undefined) {
      skipped.push({ op, case: opCase.name, reason: plan.lacks });
      return;
    }
    add("forward", () => checkForward(answer, bench));
    if (plan.differentiable) {
      add("gradient", () => checkBackendGradient(answer, bench));
      add("saves", () => checkSaves(answer, bench));
    }
    if (second) add("second gradient", () => checkSecondGradient(answer, bench));
    if (plan.asks.length > 0) {
      add("fused", async () => {
        const ran = await checkFused(answer, bench);
        const seen = fused.get(op) ?? new Set();
        for (const name of ran) if (plan.asks.includes(name)) seen.add(name);
        fused.set(op, seen);
      });
    }
    if (opCase.inputs.length > 0) add("strided", () => checkStrided(answer, bench));
    add("memory", () => checkMemory(answer, bench));
    add("guards", () => checkGuards(answer, bench));
  }

  function register(op: string, name: string, check: CheckName, run: () => void | Promise<void>): void {
    const skip = options.skip?.find(
      (entry) => entry.op === op && (entry.case ?? name) === name && (entry.check ?? check) === check,
    );
    if (skip !== undefined) {
      skipped.push({ op, case: name, check, reason: skip.reason });
      return;
    }
    checks[check] = (checks[check] ?? 0) + 1;
    it(`${name}: ${check}`, run);
  }
}

/** Why the backend cannot run the case, if it cannot. */
function lacking({ subject, outputs }: Oracle, { capabilities }: Backend): string | undefined {
  const { dtypes, ieeeNaN, exactIntegers } = capabilities;
  // What an f32 case gives in f64 on the oracle, it gives in f32 here.
  for (const { dtype } of subject.values) if (!dtypes.includes(dtype)) return `the backend has no ${dtype}`;
  for (const { dtype, data } of [...subject.values, ...outputs()]) {
    if (!ieeeNaN && data.some((x) => !Number.isFinite(x))) return "the backend does not follow IEEE 754 for NaN";
    if (dtype === "i32" && data.some((x) => Math.abs(x) > exactIntegers)) return `integers above ${exactIntegers}`;
  }
  return undefined;
}

function checkOracle(oracle: Backend): void {
  if (oracle.readSync !== undefined && oracle.capabilities.dtypes.includes("f64")) return;
  throw new UnsupportedError({
    where: "testBackend",
    problem: `backend "${oracle.name}" cannot be the oracle`,
    rows: [["expected", "f64 and readSync"]],
    fix: "pass { oracle: cpu() } of @nn/backend-cpu, or leave the default backend as it is",
  });
}
