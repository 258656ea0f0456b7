import { describe, type Tensor } from "@nn/tensor";
import { dtypeReason } from "../shared/input-checks.js";
import { type Reason, throwReasons } from "../shared/reasons.js";

/** Boxes: one a row. */
export type Boxes = [n: number, four: number];

/** Throws unless every operand is a table of so many columns, and all have one float dtype. */
export function checkBoxes(
  where: string,
  operands: Readonly<Record<string, Tensor>>,
  columns: 4 | 5 = 4,
  owner?: object,
): void {
  const entries = Object.entries(operands);
  const reasons: (Reason | undefined)[] = entries.map(([name, x]) => {
    if (x.rank === 2 && x.shape[1] === columns) return undefined;
    return {
      kind: "shape",
      problem: `the ${name} must be one box a row`,
      expected: `${name} [n, ${columns}], got [${x.shape.join(", ")}]`,
      fix: "reshape them; one box: x.unsqueeze(0)",
    };
  });
  reasons.push(...entries.map(([, x]) => dtypeReason(x)), sameDtype(entries.map(([, x]) => x)));
  throwReasons(where, () => entries.map(([name, x]) => [name, describe(x)] as const), reasons, owner);
}

function sameDtype([first, ...rest]: readonly Tensor[]): Reason | undefined {
  if (rest.every(({ dtype }) => dtype === first.dtype)) return undefined;
  return {
    kind: "dtype",
    problem: "the dtypes differ",
    expected: `all ${first.dtype}, got ${[first, ...rest].map(({ dtype }) => dtype).join(", ")}`,
    fix: `cast("${first.dtype}")`,
  };
}

/** Throws unless there is one number for each box. */
export function checkPerBox(where: string, boxes: Tensor, numbers: Tensor, name: string): void {
  if (numbers.rank === 1 && numbers.shape[0] === boxes.shape[0]) return;
  const reason: Reason = {
    kind: "shape",
    problem: `there must be one of the ${name} for each box`,
    expected: `${name} [${boxes.shape[0]}], got [${numbers.shape.join(", ")}]`,
    fix: "give as many as there are boxes",
  };
  const rows = () => [["boxes", describe(boxes)] as const, [name, describe(numbers)] as const];
  throwReasons(where, rows, [reason]);
}
