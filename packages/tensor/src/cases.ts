import type { DType, Shape } from "@nn/backend";
import type { Tensor } from "./core/tensor.js";
import { createCases } from "./create/create.cases.js";
import { binaryCases } from "./ops/binary.cases.js";
import { castCases } from "./ops/cast.cases.js";
import { compareCases } from "./ops/compare.cases.js";
import { gatherCases } from "./ops/gather.cases.js";
import { joinCases } from "./ops/join.cases.js";
import { matmulCases } from "./ops/matmul.cases.js";
import { padCases } from "./ops/pad.cases.js";
import { reduceCases } from "./ops/reduce.cases.js";
import { scanCases } from "./ops/scan.cases.js";
import { shapeCases } from "./ops/shape.cases.js";
import { sliceCases } from "./ops/slice.cases.js";
import { unaryCases } from "./ops/unary.cases.js";
import { whereCases } from "./ops/where.cases.js";

/** One input of a case: seeded random values in a range, or the values given. */
export interface CaseInput {
  readonly shape: Shape;
  /** Default "f32"; the suite also runs the case in f64 where the oracle needs it. i32 and bool stay what they are. */
  readonly dtype?: DType;
  /** Range of the random values, default [-2, 2). Of i32: integers in the range. */
  readonly range?: readonly [low: number, high: number];
  /** Values instead of random ones, row-major. */
  readonly values?: readonly number[];
  /** No gradient is checked for this input: the written reason. */
  readonly noGradient?: string;
}

/** One call of an op with everything the suite needs to check it in all ways. */
export interface OpCase {
  readonly name: string;
  readonly inputs: readonly CaseInput[];
  /** Calls the public function. Must be deterministic and make no tensors besides its results' own. */
  run(...inputs: Tensor[]): Tensor | readonly Tensor[];
  /** The same in plain numbers, written out naively: independent of the library. Row-major values of each output. */
  reference?(...inputs: readonly (readonly number[])[]): readonly (readonly number[])[];
  /** No gradient is checked: the written reason (kinks, integers). Default: all float inputs are checked. */
  readonly noGradient?: string;
  /** No second derivative is checked: the written reason. Default: it is, wherever the gradient is. */
  readonly noSecondDerivative?: string;
  /** Largest relative error in f32 (absolute below 1), with its reason beside it in a comment. Default 1e-5. */
  readonly tolerance?: number;
}

/** A call that must fail, and what its message must say. */
export interface ErrorCase {
  readonly name: string;
  readonly inputs: readonly CaseInput[];
  run(...inputs: Tensor[]): unknown;
  /** Class of the error. */
  readonly error: "ShapeError" | "DTypeError" | "BackendError" | "UnsupportedError" | "DataError";
  /** Parts of the message. */
  readonly says: readonly string[];
}

/** All that is checked about one op. `@nn/testing` makes a suite of it: forward, gradient, fused = composed, strided, leaks, guards, errors. */
export interface OpCases {
  readonly op: string;
  readonly cases: readonly OpCase[];
  readonly errors?: readonly ErrorCase[];
}

/** The cases of all ops of @nn/tensor, for `testBackend` of @nn/testing. */
export const cases: readonly OpCases[] = [
  ...createCases,
  ...unaryCases,
  ...binaryCases,
  ...compareCases,
  whereCases,
  ...castCases,
  ...reduceCases,
  matmulCases,
  ...shapeCases,
  ...sliceCases,
  ...joinCases,
  ...padCases,
  ...gatherCases,
  ...scanCases,
];
