import type { Backend } from "@nn/backend";
import { isFloat } from "@nn/backend";
import { profile, scope } from "@nn/tensor";
import type { OpCases } from "@nn/tensor/cases";
import { requiredKernelNames, traced } from "./kernel-names.js";
import { forward, gradients, type Subject, targetsOf } from "./run-case.js";
import { valuesOf } from "./values.js";

/** How a backend runs an op. */
export interface Support {
  readonly op: string;
  /**
   * `fused`: an optional kernel of the op, or of an op that it or its gradient is made of, ran in at least one case.
   * `required`: a required kernel is the op. `view`: no kernel runs. `composed`: made of other ops.
   * `host`: made on the host and written. `unsupported`: no case can run.
   */
  readonly how: "fused" | "required" | "view" | "composed" | "host" | "unsupported";
  /** The optional kernels that ran, sorted. */
  readonly kernels: readonly string[];
}

/**
 * Runs all cases of all ops, forwards and backwards, and tells by which kernels the backend runs them.
 *
 * @example
 * ```ts
 * import { fusedCpu } from "@nn/backend-cpu/fused";
 * import { cases } from "@nn/tensor/cases";
 * import { support } from "@nn/testing";
 *
 * const relu = support(fusedCpu(), cases).find(({ op }) => op === "relu");
 * relu?.kernels; // => ["reluGrad"]
 * ```
 */
export function support(backend: Backend, suite: readonly OpCases[]): Support[] {
  return suite.map(({ op, cases }) => {
    const ran = new Set<string>();
    const ways = new Set<string>();
    const setting = { backend: traced(backend, ran), float: "f32" } as const;
    for (const opCase of cases) {
      const id = `${op}, "${opCase.name}"`;
      const subject: Subject = { id, case: opCase, values: valuesOf(id, opCase.inputs) };
      if (subject.values.some(({ dtype }) => !backend.capabilities.dtypes.includes(dtype))) continue;
      scope(() => {
        const { ops, result } = profile(() => forward(subject, setting));
        for (const entry of ops) if (entry.op === op || ops.length === 1) ways.add(entry.ran);
        ways.add(ops.length === 0 ? "host" : "composed");
        const differentiable = targetsOf(subject).length > 0 && result.some((y) => isFloat(y.dtype));
        if (differentiable) gradients(subject, setting);
      });
    }
    const required: readonly string[] = requiredKernelNames;
    const kernels = [...ran].filter((name) => !required.includes(name)).sort();
    return { op, how: wayOf(kernels, ways, required), kernels };
  });
}

function wayOf(kernels: readonly string[], ways: ReadonlySet<string>, required: readonly string[]): Support["how"] {
  if (kernels.length > 0) return "fused";
  if (ways.size === 0) return "unsupported";
  if (required.some((name) => ways.has(name))) return "required";
  if (ways.has("view")) return "view";
  return ways.has("composed") ? "composed" : "host";
}
