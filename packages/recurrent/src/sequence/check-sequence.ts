import { DTypeError, describe, ShapeError, type Tensor } from "@nn/tensor";

/** The operands of a sequence op by the names that errors use. */
export interface SequenceOperands {
  /** `(n, t, gates · h)` */
  readonly x: Tensor;
  /** `(gates · h, h)` */
  readonly weight: Tensor;
  /** `(n, h)` each. */
  readonly states: Readonly<Record<string, Tensor>>;
  /** `(gates · h)` */
  readonly bias?: Tensor | undefined;
  /** `(n)` i32 */
  readonly lengths?: Tensor | undefined;
}

/** Throws one error with all reasons why the operands do not fit a layer with so many gates. */
export function checkSequence(where: string, gates: number, operands: SequenceOperands): void {
  const { x, weight, states, bias, lengths } = operands;
  const [n, t, wide] = x.shape;
  const h = weight.shape[1];
  const problems: string[] = [];
  if (x.rank !== 3 || t === 0) problems.push("the input is not (n, t, gates · h) with at least one step");
  if (weight.rank !== 2 || weight.shape[0] !== gates * h) problems.push(`the weight is not (${gates} · h, h)`);
  else if (x.rank === 3 && wide !== gates * h) problems.push("the input does not match the weight");
  for (const [name, state] of Object.entries(states)) {
    if (state.rank !== 2 || state.shape[0] !== n || state.shape[1] !== h) problems.push(`${name} is not (n, h)`);
  }
  if (bias !== undefined && (bias.rank !== 1 || bias.shape[0] !== weight.shape[0])) {
    problems.push("the bias does not match the weight");
  }
  if (lengths !== undefined && (lengths.rank !== 1 || lengths.shape[0] !== n)) problems.push("lengths are not (n)");
  const floats = [x, weight, ...Object.values(states), ...(bias === undefined ? [] : [bias])];
  const sameFloat = floats.every(({ dtype }) => dtype === x.dtype && (dtype === "f32" || dtype === "f64"));
  const wrongDtype = !sameFloat || (lengths !== undefined && lengths.dtype !== "i32");
  if (problems.length === 0 && !wrongDtype) return;
  const rows = Object.entries({ input: x, weight, ...states, bias, lengths }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, describe(value)] as const],
  );
  if (problems.length > 0) {
    throw new ShapeError({
      where,
      problem: problems.join("; "),
      rows,
      fix: `for h units: input [n, t, ${gates}h], weight [${gates}h, h], states [n, h], lengths [n]`,
    });
  }
  throw new DTypeError({
    where,
    problem: "the operands must be all f32 or all f64, and lengths i32",
    rows,
    fix: 'cast them: x.cast("f32"), lengths.cast("i32")',
  });
}
