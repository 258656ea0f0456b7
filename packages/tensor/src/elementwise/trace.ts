import type { ElementwiseAttrs, ElementwiseExtent } from "@nn/backend";
import { runtime } from "../core/runtime.js";
import { scope } from "../core/scope.js";
import { allocate } from "../core/storage.js";
import { denseTensor, type Tensor } from "../core/tensor.js";
import { places, Tracer, type Value } from "./tracer.js";

/** What is known of a function before it is traced. */
export interface TraceOptions {
  /** The op, for errors. */
  readonly name: string;
  readonly inputs: readonly ElementwiseExtent[];
  /** How many 0-dimensional tensors the function takes beside the inputs. */
  readonly scalars?: number;
  /** Makes the function's own numbers scalars of the program, which then fits calls with other numbers. */
  readonly freeNumbers?: boolean;
}

/** A program, and the numbers that were taken out of it. */
export interface Trace {
  readonly program: ElementwiseAttrs;
  readonly numbers: readonly number[];
}

/** Runs a function once on tensors without content and gives the program of what it did. */
export function trace(
  fn: (inputs: readonly Tensor[], scalars: readonly Tensor[]) => readonly Tensor[],
  { name, inputs: extents, scalars: count = 0, freeNumbers = false }: TraceOptions,
): Trace {
  const tracer = new Tracer(name);
  const { recorder, inspectors, backend } = runtime;
  runtime.recorder = null;
  runtime.inspectors = null;
  runtime.backend = tracer;
  try {
    return scope(() => {
      const outside = (kind: "input" | "scalar", extent: ElementwiseExtent) => {
        // In f64, so that numbers keep all their digits.
        const tensor = denseTensor(allocate(tracer, "f64", 1), "f64", extent === "one" ? [] : [places], name);
        tracer.put(tensor.buffer, tracer.outside(kind, extent === "one"));
        return tensor;
      };
      const inputs = extents.map((extent) => outside("input", extent));
      const scalars = Array.from({ length: count }, () => outside("scalar", "one"));
      const outputs = fn(inputs, scalars).map((tensor) => ({
        value: tracer.valueOf(tensor),
        extent: tensor.rank === 0 ? ("one" as const) : ("all" as const),
      }));
      const valuesOf = (tensors: readonly Tensor[]) => tensors.map((tensor) => tracer.valueOf(tensor));
      const used = reachable(outputs.map(({ value }) => value));
      const constants = used.filter(({ kind }) => kind === "constant");
      const instructions = used.filter(({ operands }) => operands.length > 0);
      const order = [...valuesOf(inputs), ...valuesOf(scalars), ...constants, ...instructions];
      const registers = new Map(order.map((value, i) => [value, i]));
      const numbers = constants.map(({ number }) => number);
      const program: ElementwiseAttrs = {
        inputs: extents,
        scalars: freeNumbers ? count + numbers.length : count,
        constants: freeNumbers ? [] : numbers,
        instructions: instructions.map(({ kind, operands }) => ({
          kind: kind as ElementwiseAttrs["instructions"][number]["kind"],
          operands: operands.map((operand) => registers.get(operand)!),
        })),
        outputs: outputs.map(({ value, extent }) => ({ register: registers.get(value)!, extent })),
      };
      return { program, numbers: freeNumbers ? numbers : [] };
    });
  } finally {
    runtime.recorder = recorder;
    runtime.inspectors = inspectors;
    runtime.backend = backend;
  }
}

/** The values that these are made of, in the order in which they came. */
function reachable(values: readonly Value[]): Value[] {
  const seen = new Set<Value>();
  const visit = (value: Value) => {
    if (seen.has(value)) return;
    seen.add(value);
    value.operands.forEach(visit);
  };
  values.forEach(visit);
  return [...seen].sort((a, b) => a.id - b.id);
}
