import { DataError, DTypeError, describe, ShapeError, type Tensor } from "@nn/tensor";

/** Throws unless an option is a positive integer. */
export function checkCount(where: string, name: string, value: number): void {
  if (Number.isInteger(value) && value > 0) return;
  throw new DataError({
    where,
    problem: `${name} is not a positive integer`,
    rows: [["got", String(value)]],
    fix: `pass the number of features or channels: new ${where}(16, …)`,
  });
}

/** Throws unless an option is one of a few words. */
export function checkChoice(where: string, name: string, value: string, choices: readonly string[]): void {
  if (choices.includes(value)) return;
  throw new DataError({
    where,
    problem: `${name} is not known`,
    rows: [
      ["expected", choices.map((choice) => JSON.stringify(choice)).join(" or ")],
      ["got", JSON.stringify(value)],
    ],
    fix: `use one of the words above for ${name}`,
  });
}

/** Throws unless all operands are f32 or all are f64. */
export function checkFloats(where: string, operands: Readonly<Record<string, Tensor | undefined>>): void {
  let dtype: string | undefined;
  let same = true;
  for (const name in operands) {
    const operand = operands[name];
    if (operand === undefined) continue;
    dtype ??= operand.dtype;
    if (operand.dtype !== dtype || (dtype !== "f32" && dtype !== "f64")) same = false;
  }
  if (same) return;
  throw new DTypeError({
    where,
    problem: "the operands must be all f32 or all f64",
    rows: rowsOf(operands),
    fix: 'cast one of them: x.cast("f32")',
  });
}

/** The rows of an error's table for those operands that are there. */
export function rowsOf(operands: Readonly<Record<string, Tensor | undefined>>): [label: string, value: string][] {
  return Object.entries(operands).flatMap(([name, x]) => (x === undefined ? [] : [[name, describe(x)]]));
}

/** Throws unless an option is a number above 0. */
export function checkPositive(where: string, name: string, value: number): void {
  if (value > 0 && value < Number.POSITIVE_INFINITY) return;
  throw new DataError({
    where,
    problem: `${name} is not a positive number`,
    rows: [["got", String(value)]],
    fix: `leave ${name} out for its default`,
  });
}

/** Throws unless the parameter of another layer has the shape that a layer needs. */
export function checkTied(where: string, weight: Tensor, shape: readonly number[]): void {
  if (weight.rank === shape.length && shape.every((d, i) => d === weight.shape[i])) return;
  throw new ShapeError({
    where,
    problem: "the weight of another layer does not fit",
    rows: [
      ["weight", describe(weight)],
      ["expected", `[${shape.join(", ")}]`],
    ],
    fix: "make both layers for the same sizes; only equal shapes can be shared",
  });
}
