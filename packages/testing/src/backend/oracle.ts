import { type Backend, isFloat, rootBackend } from "@nn/backend";
import { scope } from "@nn/tensor";
import type { OpCase } from "@nn/tensor/cases";
import { checkGradient } from "../check-gradient.js";
import { asking, plain } from "./kernel-names.js";
import {
  forward,
  gradients,
  inputsOf,
  type Result,
  readNow,
  type Setting,
  type Subject,
  secondGradients,
  targetsOf,
  weightedGradients,
  weightedSum,
} from "./run-case.js";
import { valuesOf } from "./values.js";
import { repeated } from "./views.js";

/**
 * What the oracle says about a case: plain ops in f64. Each answer is computed once, also when several backends are
 * tested by one program.
 */
export interface Oracle {
  readonly subject: Subject;
  readonly outputs: () => readonly Result[];
  /** Results for inputs that repeat their first element along an axis. */
  readonly repeatedOutputs: () => readonly Result[];
  /** Whether there is a gradient to check. */
  readonly differentiable: () => boolean;
  readonly gradients: () => readonly (Result | undefined)[];
  readonly secondGradients: () => readonly (Result | undefined)[];
  /** Throws where gradients differ from central differences. */
  readonly checkGradients: () => void;
  /** Throws where second derivatives differ from central differences of the gradients. */
  readonly checkSecondGradients: () => void;
  /** Optional kernels that the case asks for, forwards and backwards. */
  readonly asks: () => ReadonlySet<string>;
}

const known = new WeakMap<Backend, WeakMap<OpCase, Oracle>>();

/** The oracle's answers to one case; `backend` must have f64 and `readSync`. */
export function oracleOf(backend: Backend, op: string, opCase: OpCase): Oracle {
  const root = rootBackend(backend);
  let cases = known.get(root);
  if (cases === undefined) known.set(root, (cases = new WeakMap()));
  let oracle = cases.get(opCase);
  if (oracle === undefined) cases.set(opCase, (oracle = makeOracle(root, op, opCase)));
  return oracle;
}

function makeOracle(root: Backend, op: string, opCase: OpCase): Oracle {
  const id = `${op}, "${opCase.name}"`;
  const subject: Subject = { id, case: opCase, values: valuesOf(id, opCase.inputs) };
  const setting: Setting = { backend: plain(root), float: "f64" };
  const targets = targetsOf(subject);
  const outputs = once(() => readNow(forward(subject, setting)) as readonly Result[]);

  const differences = (of: typeof weightedSum, maxElements: number, what: string) => {
    checkGradient(
      (moved) => {
        const inputs = inputsOf(subject, setting);
        targets.forEach((target, i) => (inputs[target] = moved[i]));
        return of(subject, inputs);
      },
      targets.map((i) => ({ values: subject.values[i].data, shape: subject.values[i].shape })),
      {
        backend: setting.backend,
        maxElements,
        subject: `${id}: ${what} in f64`,
        names: targets.map((i) => `input ${i}`),
      },
    );
    return true;
  };
  const first = once(() => differences(weightedSum, 12, "gradient"));
  const second = once(() => differences(weightedGradients, 2, "second derivative"));

  return {
    subject,
    outputs,
    repeatedOutputs: once(() => {
      const values = subject.values.map(repeated);
      return readNow(forward({ ...subject, values }, setting)) as readonly Result[];
    }),
    differentiable: once(() => targets.length > 0 && outputs().some((output) => isFloat(output.dtype))),
    gradients: once(() => readNow(gradients(subject, setting))),
    secondGradients: once(() => readNow(secondGradients(subject, setting))),
    checkGradients: () => void first(),
    checkSecondGradients: () => void second(),
    asks: once(() => {
      const asked = new Set<string>();
      const backend = asking(root, asked);
      try {
        scope(() => {
          forward(subject, { ...setting, backend });
          if (targets.length > 0 && outputs().some((output) => isFloat(output.dtype))) {
            gradients(subject, { ...setting, backend });
          }
        });
      } catch {
        // A case that cannot run is what the other checks report.
      }
      return asked;
    }),
  };
}

/** Calls once and remembers the answer, an error too. */
function once<T>(fn: () => T): () => T {
  let answer: { value: T } | { error: unknown } | undefined;
  return () => {
    if (answer === undefined) {
      try {
        answer = { value: fn() };
      } catch (error) {
        answer = { error };
      }
    }
    if ("error" in answer) throw answer.error;
    return answer.value;
  };
}
