import { DataError, DTypeError, type NNError, ShapeError } from "@nn/tensor";

/** One thing that is wrong with a call. */
export interface Reason {
  /** What it is about; an error that has several kinds of reasons is a ShapeError. */
  readonly kind: "shape" | "dtype" | "option";
  readonly problem: string;
  /** `c = 3, got 4` */
  readonly expected: string;
  readonly fix: string;
}

/** One line of the error's table. */
export type Operand = readonly [label: string, value: string, note?: string];

/** For errors of options, which have no operands. */
export const noOperands = (): readonly Operand[] => [];

/** Throws one error that names all reasons, if there are any; only then are the operands described. */
export function throwReasons(
  where: string,
  operands: () => readonly Operand[],
  reasons: readonly (Reason | undefined)[],
  owner?: object,
): void {
  const found = reasons.filter((reason) => reason !== undefined);
  if (found.length === 0) return;
  const options = {
    where,
    problem: [...new Set(found.map((reason) => reason.problem))].join("; "),
    rows: [...operands(), ...found.map((reason) => ["expected", reason.expected] as const)],
    fix: [...new Set(found.map((reason) => reason.fix))].join("; "),
  };
  const kinds = new Set(found.map((reason) => reason.kind));
  const error: NNError =
    kinds.size > 1 || kinds.has("shape")
      ? new ShapeError(options)
      : kinds.has("dtype")
        ? new DTypeError(options)
        : new DataError(options);
  error.owner = owner;
  throw error;
}
