import type { ElementwiseAttrs, ElementwiseInstruction } from "@nn/backend";
import { binaryBodies, unaryBodies, whereBody } from "./expressions.js";

/** Some registers of an `elementwise` program as text. Register 7 is called `v7`. */
export interface ProgramText {
  /** The inputs that are read, by their place in a group. */
  readonly inputs: readonly number[];
  /** Registers that are scalars of the call or constants. */
  readonly numbers: readonly number[];
  /** Statements in the language of `expressions.ts` that declare what the instructions give. */
  readonly statements: string;
}

/** What it takes to compute registers, and no more. */
export function programText(
  { inputs, scalars, constants, instructions }: ElementwiseAttrs,
  wanted: readonly number[],
): ProgramText {
  const first = inputs.length + scalars + constants.length;
  const needed = new Set<number>();
  const visit = (register: number) => {
    if (needed.has(register)) return;
    needed.add(register);
    instructions[register - first]?.operands.forEach(visit);
  };
  wanted.forEach(visit);
  const registers = [...needed].sort((a, b) => a - b);
  return {
    inputs: registers.filter((register) => register < inputs.length),
    numbers: registers.filter((register) => register >= inputs.length && register < first),
    statements: registers
      .filter((register) => register >= first)
      .map((register) => statements(register, instructions[register - first]))
      .join(""),
  };
}

export function registerName(register: number): string {
  return `v${register}`;
}

/** The value of a scalar of the call or of a constant. */
export function numberOf(
  { inputs, scalars: count, constants }: ElementwiseAttrs,
  scalars: readonly number[],
  register: number,
): number {
  const i = register - inputs.length;
  return i < count ? scalars[i] : constants[i - count];
}

const bodies: Readonly<Record<string, string>> = { ...unaryBodies, ...binaryBodies, where: whereBody };

/** The body of a kind with registers in the place of `x`, `y`, `z` and `r`, and names of its own for what it declares. */
function statements(register: number, { kind, operands }: ElementwiseInstruction): string {
  const body = bodies[kind];
  const names = new Map([["r", registerName(register)]]);
  operands.forEach((operand, i) => names.set("xyz"[i], registerName(operand)));
  for (const [, local] of body.matchAll(/\b(?:const|let) (\w+)/g)) names.set(local, `${local}v${register}`);
  const text = body.replace(/(?<![.\w])[a-z]\w*/gi, (name) => names.get(name) ?? name);
  return `let ${registerName(register)}=${registerName(operands[0])};${text}`;
}
