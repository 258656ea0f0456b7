import type { ElementwiseAttrs } from "@nn/backend";
import * as code from "./wasm-code.js";
import { constant, get, load, set, simd, store } from "./wasm-code.js";

/*
 * Writes a WebAssembly module of one function that runs the program of an `elementwise` call four elements at a time, with
 * registers in those of the processor. Functions such as exp are no single instruction: they are calls of the backend's own
 * loops, for a block of elements at once, and cut the program into stages. What one stage leaves for another lies in blocks.
 * All of it gives the bits of assembly/elementwise.ts, since the steps are the same.
 */

/** What the function needs beside the program. */
export interface ModulePlan {
  readonly attrs: ElementwiseAttrs;
  /** Where values lie that all places share: its vector of sixteen floats. */
  readonly vectorOf: ReadonlyMap<number, number>;
  /** Codes of the calls, as the backend's loops have them. */
  readonly codes: Readonly<Record<string, number>>;
  /** Whether the memory is shared. */
  readonly shared: boolean;
}

type Code = readonly number[];

const times = simd(0xe6);
const zero = [...simd(0x0c), ...new Array<number>(16).fill(0)];
/** Instructions of which the operands are on the stack. */
// biome-ignore format: a table
const plain: Readonly<Record<string, Code>> = {
  neg: simd(0xe1), abs: simd(0xe0), sqrt: simd(0xe3), floor: simd(0x68), ceil: simd(0x67), round: simd(0x6a),
  add: simd(0xe4), sub: simd(0xe5), mul: times, div: simd(0xe7), minimum: simd(0xe8), maximum: simd(0xe9),
  equal: simd(0x41), notEqual: simd(0x42), less: simd(0x43), greater: simd(0x44), lessEqual: simd(0x45),
  greaterEqual: simd(0x46), logicalAnd: simd(0x4e), logicalOr: simd(0x50), logicalNot: simd(0x4d),
  relu: [...zero, ...simd(0xeb)],
};

/** What is written out. Takes the operands, then 1 and the bit of the sign. */
const written: Readonly<Record<string, (operands: readonly Code[], one: Code, signBit: Code) => Code>> = {
  square: ([a]) => [...a, ...a, ...times],
  reciprocal: ([a], one) => [...one, ...a, ...simd(0xe7)],
  rsqrt: ([a], one) => [...one, ...a, ...simd(0xe3), ...simd(0xe7)],
  isNaN: ([a]) => [...a, ...a, ...simd(0x42)],
  where: ([condition, a, b]) => [...a, ...b, ...condition, ...simd(0x52)],
  // 1 with the sign of x, or x itself where it is 0 or NaN.
  sign: ([a], one, signBit) => [
    ...[...a, ...signBit, ...simd(0x4e), ...one, ...simd(0x50)],
    ...a,
    ...[...a, ...simd(0xe0), ...zero, ...simd(0x44)],
    ...simd(0x52),
  ],
};

/** Parameters of the function, what is left of the block, and the first local of a pointer. */
const [from, to, tensors, vectors, own, left, firstPointer] = [0, 1, 2, 3, 4, 5, 6];
/** Elements of a block between stages. */
const block = 256;
/** Bytes of a shared value. */
const vectorBytes = 64;
/** Values that a function may need, behind the shared ones: literals would be rebuilt in every turn of a loop. */
export const extraVectors: readonly number[] = [1, -0];

interface Step {
  readonly kind: string;
  readonly operands: readonly number[];
  readonly result: number;
}

/** The bytes of the module, which exports `run`, and the bytes of blocks that the function needs. */
export function writeModule({ attrs, vectorOf, codes, shared }: ModulePlan): {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly ownBytes: number;
} {
  const { inputs, outputs } = attrs;
  const first = inputs.length + attrs.scalars + attrs.constants.length;
  const isShared: boolean[] = Array.from({ length: first }, (_, i) => i >= inputs.length || inputs[i] === "one");
  const steps: Step[] = [];
  attrs.instructions.forEach(({ kind, operands }, i) => {
    isShared.push(operands.every((register) => isShared[register]));
    if (!isShared[first + i]) steps.push({ kind, operands, result: first + i });
  });

  const isCall = ({ kind }: Step) => !(kind in plain || kind in written);

  // A call runs behind the stage that gives its operands; its result is there from the next stage on.
  const stageOf = new Map<number, number>();
  const callsBehind: Step[][] = [];
  const stepsOf: Step[][] = [];
  for (const step of steps) {
    const stage = Math.max(0, ...step.operands.map((register) => stageOf.get(register) ?? 0));
    ((isCall(step) ? callsBehind : stepsOf)[stage] ??= []).push(step);
    stageOf.set(step.result, isCall(step) ? stage + 1 : stage);
  }
  const last = Math.max(0, ...stageOf.values());

  // What a call reads or gives, or a later stage reads, has a block. Outputs are written by the last stage alone.
  const blockOf = new Map<number, number>();
  const keep = (register: number) => {
    if (!blockOf.has(register) && register >= first && !isShared[register]) blockOf.set(register, blockOf.size);
  };
  for (const step of steps) {
    const at = stageOf.get(step.result)!;
    if (isCall(step)) for (const register of [...step.operands, step.result]) keep(register);
    for (const register of step.operands) if ((stageOf.get(register) ?? 0) < at) keep(register);
  }
  for (const { register } of outputs) if ((stageOf.get(register) ?? 0) < last) keep(register);

  const extents = [...inputs, ...outputs.map(({ extent }) => extent)];
  const moving = extents.flatMap((extent, tensor) => (extent === "all" ? [tensor] : []));
  const pointerOf = new Map(moving.map((tensor, i) => [tensor, firstPointer + i]));
  const blocks = firstPointer + moving.length;
  // Shared values are read once, and stay in registers as far as those go.
  const leaving = outputs.flatMap((output, k) => (output.extent === "all" ? [{ ...output, k }] : []));
  const read = [...steps.flatMap(({ operands }) => operands), ...leaving.map(({ register }) => register)];
  const all = [...new Set([...read, ...steps.map(({ result }) => result)])];
  const localOf = new Map(all.map((register, i) => [register, blocks + 1 + i]));
  const value = (register: number) => get(localOf.get(register)!);
  const extras = extraVectors.map((_, i) => blocks + 1 + all.length + i);
  const [one, signBit] = extras.map(get);
  const sharedValues = [
    ...all
      .filter((register) => isShared[register])
      .map((register) => [vectorOf.get(register)!, localOf.get(register)!]),
    ...extras.map((local, i) => [vectorOf.size + i, local]),
  ].flatMap(([place, local]) => [...get(vectors), ...load(place * vectorBytes), ...set(local)]);
  const blockAt = (register: number) => blockOf.get(register)! * block * 4;

  const stage = (s: number): number[] => {
    const steps = stepsOf[s] ?? [];
    // Inputs that a call reads as they are need no block.
    if (steps.length === 0 && s < last) return [];
    const made = new Set(steps.map(({ result }) => result));
    const stored = s < last ? [] : leaving;
    const read = new Set([...steps.flatMap(({ operands }) => operands), ...stored.map(({ register }) => register)]);
    const loaded = [...read].filter((register) => !isShared[register] && !made.has(register));
    const kept = steps.filter(({ result }) => blockOf.has(result));
    // All loads come before all stores: outputs may lie where inputs do.
    const compute = (offset: number) => [
      ...loaded.flatMap((register) => [
        ...(register < first
          ? [...get(pointerOf.get(register)!), ...load(offset)]
          : [...get(blocks), ...load(blockAt(register) + offset)]),
        ...set(localOf.get(register)!),
      ]),
      ...steps.flatMap(({ kind, operands, result }) => {
        const code = written[kind]?.(operands.map(value), one, signBit) ?? [...operands.flatMap(value), ...plain[kind]];
        return [...code, ...set(localOf.get(result)!)];
      }),
      ...kept.flatMap(({ result }) => [...get(blocks), ...value(result), ...store(blockAt(result) + offset)]),
    ];
    const out = (what: Code) =>
      stored.flatMap(({ register, k }) => [...get(pointerOf.get(inputs.length + k)!), ...value(register), ...what]);
    const vectorAt = (offset: number) => [...compute(offset), ...out(store(offset))];
    const turn = (count: number) => [
      ...Array.from({ length: count }, (_, i) => vectorAt(16 * i)).flat(),
      ...[...pointerOf.values(), blocks].flatMap((local) => code.increase(local, 16 * count)),
      ...code.increase(left, -4 * count),
    ];
    const rest = [...get(to), ...get(from), code.subtract];
    return [
      ...(last === 0 ? rest : least(rest, constant(block))),
      ...set(left),
      // pointer = tensors[k] + 4 · from
      ...moving.flatMap((tensor) => [
        ...[...get(tensors), ...code.loadWord(4 * tensor)],
        ...[...get(from), ...code.timesFour, code.add],
        ...set(pointerOf.get(tensor)!),
      ]),
      ...[...get(own), ...set(blocks)],
      ...code.whileMore(get(left), constant(7), turn(2)),
      ...code.ifMore(get(left), constant(3), turn(1)),
      ...code.ifMore(get(left), constant(0), [
        ...[...compute(0), ...out(code.storeLane(0))],
        ...code.ifMore(get(left), constant(1), out(code.storeLane(1))),
        ...code.ifMore(get(left), constant(2), out(code.storeLane(2))),
      ]),
    ];
  };

  /** Where an operand of a call begins, and how far it is from four elements to the next. */
  const place = (register: number): number[] => {
    if (isShared[register]) {
      return [...get(vectors), ...constant(vectorOf.get(register)! * vectorBytes), code.add, ...constant(0)];
    }
    const start =
      register >= first
        ? [...get(own), ...constant(blockAt(register)), code.add]
        : [...get(tensors), ...code.loadWord(4 * register), ...get(from), ...code.timesFour, code.add];
    return [...start, ...constant(16)];
  };
  const call = ({ kind, operands, result }: Step): number[] => [
    ...constant(codes[kind]),
    ...operands.flatMap(place),
    ...[...get(own), ...constant(blockAt(result)), code.add],
    ...least([...get(to), ...get(from), code.subtract], constant(block)),
    ...code.call(operands.length - 1),
  ];
  const turn = Array.from({ length: last + 1 }, (_, s) => [
    ...stage(s),
    ...(callsBehind[s] ?? []).flatMap(call),
  ]).flat();
  const body = last === 0 ? turn : code.whileMore(get(to), get(from), [...turn, ...code.increase(from, block)]);
  const locals = code.vector([
    // `left` comes before the pointers, the place in the blocks behind them.
    [...code.unsigned(moving.length + 2), code.i32],
    [...code.unsigned(all.length + extras.length), code.v128],
  ]);
  const content = [...locals, ...sharedValues, ...body, code.end];
  const host = code.text("host");

  const bytes = code.moduleOf([
    [1, [code.action(5), code.action(7)]],
    [
      2,
      [
        [...host, ...code.text("memory"), 2, shared ? 3 : 1, ...code.unsigned(1), ...code.unsigned(65536)],
        [...host, ...code.text("unaryRow"), 0, 0],
        [...host, ...code.text("binaryRow"), 0, 1],
      ],
    ],
    [3, [[0]]],
    [7, [[...code.text("run"), 0, 2]]],
    [10, [[...code.unsigned(content.length), ...content]]],
  ]);
  return { bytes, ownBytes: blockOf.size * block * 4 };
}

function least(a: Code, b: Code): number[] {
  return [...a, ...b, ...a, ...b, 0x48, code.select];
}
