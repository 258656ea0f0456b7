import { describe, type Tensor } from "@nn/tensor";
import { noOperands, type Operand, type Reason, throwReasons } from "./reasons.js";

/** Throws unless x has the dimensions that the labels name (`"n c h w"`) and is f32 or f64. */
export function checkInput(
  where: string,
  x: Tensor,
  labels: string,
  owner?: object,
  more: (x: Tensor) => readonly (Reason | undefined)[] = () => [],
): void {
  const reasons = [rankReason(x, labels), dtypeReason(x)];
  if (reasons[0] === undefined) reasons.push(...more(x));
  throwReasons(where, () => inputRow(x, labels), reasons, owner);
}

/** The input as errors show it. */
export function inputRow(x: Tensor, labels: string): readonly Operand[] {
  return [["input", describe(x), labels]];
}

/** Throws one error for all options that do not fit. */
export function checkOptions(where: string, reasons: readonly (Reason | undefined)[], owner?: object): void {
  throwReasons(where, noOperands, reasons, owner);
}

const items: Readonly<Record<number, string>> = { 3: "sequence", 4: "image", 5: "volume" };

/** The reason why an input does not have the dimensions that the labels name. */
export function rankReason(x: Tensor, labels: string): Reason | undefined {
  const rank = labels.split(" ").length;
  if (x.rank === rank) return undefined;
  return {
    kind: "shape",
    problem: `the input must have ${rank} dimensions`,
    expected: `${labels}, got ${x.rank} dimensions`,
    fix: `reshape it to (${labels.replaceAll(" ", ", ")}); one ${items[rank] ?? "item"}: x.unsqueeze(0)`,
  };
}

/** The reason why an input cannot be averaged or compared. */
export function dtypeReason(x: Tensor): Reason | undefined {
  if (x.dtype === "f32" || x.dtype === "f64") return undefined;
  return {
    kind: "dtype",
    problem: "the dtype does not fit",
    expected: `f32 or f64, got ${x.dtype}`,
    fix: 'x.cast("f32")',
  };
}

/** The reason why an input without elements in its axes cannot be pooled or resized. */
export function emptyReason(x: Tensor, labels: string): Reason | undefined {
  const sizes: number[] = x.shape.slice(2);
  if (sizes.every((size) => size > 0)) return undefined;
  const names = labels.split(" ").slice(2);
  return {
    kind: "shape",
    problem: `the ${items[names.length + 2] ?? "input"} is empty`,
    expected: `${names.join(" and ")} of at least 1, got ${sizes.join(" and ")}`,
    fix: "check the layer before it",
  };
}

/** The reason why a size does not fit an option. */
export function fitReason(problem: string, expected: string): Reason {
  return { kind: "shape", problem, expected, fix: "check the layer before it, or the options of this one" };
}
