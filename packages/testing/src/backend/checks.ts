import type { Backend } from "@nn/backend";
import { isFloat, isNNError, sizeOf } from "@nn/backend";
import { scope, withBackend } from "@nn/tensor";
import type { ErrorCase } from "@nn/tensor/cases";
import { CheckError } from "../check-error.js";
import { checkLeaks } from "../check-leaks.js";
import { differenceRows, findDifference } from "../compare.js";
import { plain, traced } from "./kernel-names.js";
import type { Oracle } from "./oracle.js";
import { forward, gradients, inputsOf, type Result, read, type Subject, secondGradients } from "./run-case.js";
import { valuesOf } from "./values.js";
import { canLay, repeated, strided } from "./views.js";

/** What is checked about a case of an op. */
export type CheckName =
  | "reference"
  | "derivative"
  | "second derivative"
  | "forward"
  | "gradient"
  | "second gradient"
  | "saves"
  | "fused"
  | "strided"
  | "memory"
  | "guards"
  | "error";

/** The backend under test, and what is allowed for the case. */
export interface Bench {
  readonly backend: Backend;
  readonly guard: Backend;
  readonly tolerance: number;
}

// Gradients are longer sums of rounded terms, and second ones again.
const gradientFactor = 10;
const secondFactor = 100;

/** The case's plain-number reference against the oracle. */
export function checkReference({ subject, outputs }: Oracle): void {
  const expected = subject.case.reference!(...subject.values.map((values) => Array.from(values.data)));
  if (expected.length !== outputs().length) {
    throw new CheckError(subject.id, `the reference gives ${expected.length} outputs, the op ${outputs().length}`);
  }
  outputs().forEach((output, i) => {
    compare(subject, `output ${i} of the oracle differs from the reference`, output, expected[i], 1e-9);
  });
}

export async function checkForward({ subject, outputs }: Oracle, { backend, tolerance }: Bench): Promise<void> {
  const results = await read(forward(subject, { backend, float: "f32" }));
  compareAll(subject, "differs from the oracle", results, outputs(), tolerance);
}

export async function checkBackendGradient(oracle: Oracle, { backend, tolerance }: Bench): Promise<void> {
  const { subject } = oracle;
  const results = await read(gradients(subject, { backend, float: "f32" }));
  compareGradients(oracle, "differs from the oracle", results, oracle.gradients(), tolerance * gradientFactor);
}

export async function checkSecondGradient(oracle: Oracle, { backend, tolerance }: Bench): Promise<void> {
  const results = await read(secondGradients(oracle.subject, { backend, float: "f32" }));
  const expected = oracle.secondGradients();
  compareGradients(oracle, "second: differs from the oracle", results, expected, tolerance * secondFactor);
}

/** With copies as inputs, whose handles are gone when the backward pass comes: a rule has only what it declared. */
export async function checkSaves(oracle: Oracle, { backend, tolerance }: Bench): Promise<void> {
  const results = await read(gradients(oracle.subject, { backend, float: "f32", copies: true }));
  const what = "differs when inputs and outputs are gone before the backward pass (see `saves` of the op)";
  compareGradients(oracle, what, results, oracle.gradients(), tolerance * gradientFactor);
}

/** The backend with its optional kernels against itself without them, in every float dtype it has. Gives what ran. */
export async function checkFused(oracle: Oracle, { backend, tolerance }: Bench): Promise<ReadonlySet<string>> {
  const { subject } = oracle;
  const ran = new Set<string>();
  for (const float of ["f32", "f64"] as const) {
    if (!backend.capabilities.dtypes.includes(float)) continue;
    const allowed = float === "f64" ? 1e-10 : tolerance * 2;
    const fused = { backend: traced(backend, ran), float };
    const composed = { backend: plain(backend), float };
    const what = `in ${float}: the fused kernels differ from the composed form`;
    const expected = (await read(forward(subject, composed))) as readonly Result[];
    compareAll(subject, what, await read(forward(subject, fused)), expected, allowed);
    if (!oracle.differentiable()) continue;
    const wanted = await read(gradients(subject, composed));
    compareGradients(oracle, what, await read(gradients(subject, fused)), wanted, allowed * gradientFactor);
  }
  return ran;
}

/** Inputs as views, forwards and backwards. */
export async function checkStrided(oracle: Oracle, { backend, tolerance }: Bench): Promise<void> {
  const { subject } = oracle;
  for (const lay of strided) {
    if (!subject.values.some((values) => canLay(values, lay))) continue;
    const setting = { backend, float: "f32", lay } as const;
    const what = `with ${lay} inputs: differs from the oracle`;
    if (lay === "broadcast") {
      const values = subject.values.map(repeated);
      const results = await read(forward({ ...subject, values }, setting));
      compareAll(subject, what, results, oracle.repeatedOutputs(), tolerance);
      continue;
    }
    compareAll(subject, what, await read(forward(subject, setting)), oracle.outputs(), tolerance);
    if (!oracle.differentiable()) continue;
    const results = await read(gradients(subject, setting));
    compareGradients(oracle, what, results, oracle.gradients(), tolerance * gradientFactor);
  }
}

/** Nothing is left behind, forwards or backwards. */
export function checkMemory(oracle: Oracle, { backend }: Bench): void {
  const { subject } = oracle;
  const setting = { backend, float: "f32" } as const;
  const once = () => {
    forward(subject, setting);
    if (oracle.differentiable()) gradients(subject, setting);
  };
  checkLeaks(once, { backend, warmUp: 1, runs: 1, subject: subject.id });
}

/** Poisoned buffers and guard elements. */
export async function checkGuards(oracle: Oracle, { guard, tolerance }: Bench): Promise<void> {
  const { subject } = oracle;
  const setting = { backend: guard, float: "f32", copies: true } as const;
  const outputs = await read(forward(subject, setting));
  compareAll(subject, "in poisoned memory: differs from the oracle", outputs, oracle.outputs(), tolerance);
  if (oracle.differentiable()) {
    const results = await read(gradients(subject, setting));
    const what = "in poisoned memory: differs from the oracle";
    compareGradients(oracle, what, results, oracle.gradients(), tolerance * gradientFactor);
  }
  await guard.synchronize();
}

/** A call that must fail fails as announced, and leaves nothing behind. */
export function checkErrorCase(op: string, errorCase: ErrorCase, backend: Backend): void {
  const id = `${op}, "${errorCase.name}"`;
  const subject: Subject = {
    id,
    case: { name: errorCase.name, inputs: errorCase.inputs, run: () => [] },
    values: valuesOf(id, errorCase.inputs),
  };
  const attempt = () => {
    try {
      withBackend(backend, () => scope(() => void errorCase.run(...inputsOf(subject, { backend, float: "f32" }))));
    } catch (error) {
      return error;
    }
    throw new CheckError(id, "must fail, and did not", [["expected", errorCase.error]]);
  };
  const error = attempt();
  if (!isNNError(error) || error.name !== errorCase.error) {
    throw new CheckError(
      id,
      "fails with another error",
      [
        ["expected", errorCase.error],
        ["got", String(error)],
      ],
      error,
    );
  }
  const missing = errorCase.says.filter((part) => !error.message.includes(part));
  if (missing.length > 0) {
    throw new CheckError(id, "the message does not say what it should", [
      ["expected", missing.map((part) => JSON.stringify(part)).join(", ")],
      ["got", error.message],
    ]);
  }
  checkLeaks(attempt, { backend, subject: `${id}: after the error` });
}

function compareAll(
  subject: Subject,
  what: string,
  results: readonly (Result | undefined)[],
  expected: readonly Result[],
  tolerance: number,
): void {
  if (results.length !== expected.length) {
    throw new CheckError(subject.id, `${results.length} outputs, the oracle has ${expected.length}`);
  }
  results.forEach((result, i) => {
    const wanted = expected[i];
    if (`${result!.shape}` !== `${wanted.shape}`) {
      throw new CheckError(subject.id, `output ${i} ${what}`, [
        ["expected", `[${wanted.shape.join(", ")}]`],
        ["got", `[${result!.shape.join(", ")}]`],
      ]);
    }
    compare(subject, `output ${i} ${what}`, result!, rounded(wanted.data, result!), tolerance);
  });
}

function compareGradients(
  { subject }: Oracle,
  what: string,
  results: readonly (Result | undefined)[],
  expected: readonly (Result | undefined)[],
  tolerance: number,
): void {
  results.forEach((result, i) => {
    const wanted = expected[i];
    // An input that the result does not depend on may have zeros or no gradient.
    const length = sizeOf((wanted ?? result)?.shape ?? [0]);
    const zeros = { dtype: "f64", shape: [length], data: new Float64Array(length) } as const;
    compare(subject, `gradient ${i} ${what}`, result ?? zeros, (wanted ?? zeros).data, tolerance);
  });
}

function compare(subject: Subject, what: string, result: Result, expected: ArrayLike<number>, tolerance: number): void {
  const exact = !isFloat(result.dtype);
  const allowed = exact ? { rtol: 0, atol: 0 } : { rtol: tolerance };
  if (result.data.length !== expected.length) {
    throw new CheckError(subject.id, what, [
      ["expected", `${expected.length} elements`],
      ["got", `${result.data.length} elements`],
    ]);
  }
  const difference = findDifference(result.data, expected, allowed);
  if (difference !== null) throw new CheckError(subject.id, what, differenceRows(difference, result.shape));
}

/** What f32 makes of the expected numbers, so that overflow is expected to overflow. */
function rounded(expected: ArrayLike<number>, { dtype }: Result): ArrayLike<number> {
  return dtype === "f32" ? Float32Array.from(expected) : expected;
}
