import type { ElementwiseAttrs } from "@nn/backend";

/*
 * Turns the program of an `elementwise` call into the words that assembly/elementwise.ts reads. Results that all places
 * share become vectors, computed once; the others go straight into an output, or into a block that is free by then.
 */

/** Codes of assembly/elementwise.ts. */
// biome-ignore format: a table
const codes: Readonly<Record<string, number>> = {
  neg: 0, abs: 1, sign: 2, square: 3, sqrt: 4, rsqrt: 5, reciprocal: 6, exp: 7, expm1: 8, log: 9, log1p: 10, sin: 11,
  cos: 12, tanh: 13, sigmoid: 14, softplus: 15, erf: 16, relu: 17, floor: 18, ceil: 19, round: 20,
  add: 21, sub: 22, mul: 23, div: 24, maximum: 25, minimum: 26, mod: 29, pow: 30, atan2: 31,
  equal: 32, notEqual: 33, less: 34, lessEqual: 35, greater: 36, greaterEqual: 37,
  copy: 50, where: 51, logicalAnd: 52, logicalOr: 53, logicalNot: 54, isNaN: 55,
};
/** Kinds that take more than a few cycles: they are worth threads sooner. */
const slow = new Set([7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 29, 30, 31]);

/** Codes of kinds that are functions, as the module's loops `unaryRow` and `binaryRow` have them. */
export const functionCodes: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(codes).map(([kind, code]) => [kind, code < 21 ? code : code - 21]),
);

/** An instruction on its way: registers instead of places. */
interface Step {
  readonly kind: string;
  readonly operands: readonly number[];
  readonly result: number;
}

/** A program as the module reads it. */
export interface ElementwiseProgram {
  /** Five words for each instruction. */
  readonly words: Int32Array;
  /** How many of them run once, on vectors. */
  readonly once: number;
  /** Where each input, scalar and constant is put that all places share: `[register, vector]`. */
  readonly shared: readonly (readonly [register: number, vector: number])[];
  /** The vector of each register that all places share and that something reads. */
  readonly vectorOf: ReadonlyMap<number, number>;
  /** Blocks that each thread needs. */
  readonly blocks: number;
  /** The vector of each output that is one element; undefined for the others. */
  readonly single: readonly (number | undefined)[];
  /** Elements from which on threads are worth it. */
  readonly large: number;
}

/** The input that an output may overwrite: `[p, g, ...state]` becomes `[p, ...state]`. */
export const overwritten = (output: number): number => (output === 0 ? 0 : output + 1);

/** Compiles a program. */
export function compile(attrs: ElementwiseAttrs): ElementwiseProgram {
  const { inputs, scalars, constants, instructions, outputs } = attrs;
  const first = inputs.length + scalars + constants.length;
  const isShared = Array.from({ length: first }, (_, i) => i >= inputs.length || inputs[i] === "one");
  for (const { operands } of instructions) isShared.push(operands.every((register) => isShared[register]));

  const vectorOf = new Map<number, number>();
  const vector = (register: number) => {
    if (!vectorOf.has(register)) vectorOf.set(register, vectorOf.size);
    return (vectorOf.get(register)! << 2) | 2;
  };
  const all = instructions.map(({ kind, operands }, i): Step => ({ kind, operands, result: first + i }));
  const once = all.filter(({ result }) => isShared[result]);
  const each = all.filter(({ result }) => !isShared[result]);

  // An output of an input itself is first copied to a block: its own place may be another output's by the end.
  const copies: { readonly from: number; readonly output: number }[] = [];
  const straight = new Map<number, number>();
  let next = first + instructions.length;
  outputs.forEach(({ register, extent }, output) => {
    if (extent === "one") return;
    if (isShared[register]) copies.push({ from: register, output });
    else if (register < inputs.length) {
      each.push({ kind: "copy", operands: [register], result: next });
      copies.push({ from: next++, output });
    } else if (straight.has(register) || !canGoStraight(each, register, output))
      copies.push({ from: register, output });
    else straight.set(register, output);
  });

  const lastUse = new Map<number, number>();
  each.forEach(({ operands }, i) => {
    for (const register of operands) lastUse.set(register, i);
  });
  for (const { from } of copies) lastUse.set(from, Number.POSITIVE_INFINITY);

  const blockOf = new Map<number, number>();
  const free: number[] = [];
  let blocks = 0;
  const place = (register: number): number => {
    if (isShared[register]) return vector(register);
    if (register < inputs.length) return register << 2;
    const output = straight.get(register);
    return output === undefined ? (blockOf.get(register)! << 2) | 1 : (inputs.length + output) << 2;
  };
  const words: number[] = [];
  const emit = (kind: string, target: number, places: readonly number[]) => {
    words.push(codes[kind]!, target, places[0]!, places[1] ?? places[0]!, places[2] ?? places[0]!);
  };
  for (const { kind, operands, result } of once) emit(kind, vector(result), operands.map(place));
  each.forEach(({ kind, operands, result }, i) => {
    const places = operands.map(place);
    // A result may take the block of an operand that ends here: both are read and written in step.
    for (const register of new Set(operands)) {
      if (lastUse.get(register) === i && blockOf.has(register)) free.push(blockOf.get(register)!);
    }
    if (!straight.has(result)) blockOf.set(result, free.pop() ?? blocks++);
    emit(kind, place(result), places);
  });
  for (const { from, output } of copies) emit("copy", (inputs.length + output) << 2, [place(from)]);
  const single = outputs.map(({ register, extent }) => (extent === "one" ? vector(register) >> 2 : undefined));

  return {
    words: Int32Array.from(words),
    once: once.length,
    shared: [...vectorOf].filter(([register]) => register < first),
    vectorOf,
    blocks,
    single,
    large: each.some(({ kind }) => slow.has(codes[kind]!)) ? 8192 : 32768,
  };
}

/** Whether nothing reads the input that the output may overwrite after the output is there. */
function canGoStraight(steps: readonly Step[], register: number, output: number): boolean {
  const at = steps.findIndex(({ result }) => result === register);
  return !steps.slice(at + 1).some(({ operands }) => operands.includes(overwritten(output)));
}
