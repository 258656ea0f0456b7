import type {
  Backend,
  BinaryKind,
  BufferHandle,
  ElementwiseInstruction,
  Kernel,
  KernelIO,
  KernelTable,
  Operand,
  UnaryKind,
} from "@nn/backend";
import { UnsupportedError } from "@nn/backend";

/** A value of a program: a tensor or number that comes in, or the result of an instruction. */
export interface Value {
  /** Counts up in the order in which values come. */
  readonly id: number;
  readonly kind: ElementwiseInstruction["kind"] | "input" | "scalar" | "constant";
  readonly operands: readonly Value[];
  /** Of a constant. */
  readonly number: number;
  /** Whether it is the same at every place. */
  readonly isShared: boolean;
}

/** Length of traced tensors with an element for each place: no common size, so that a fixed shape in a body shows. */
export const places = 13;

/** What stands for a buffer. */
interface Box extends BufferHandle {
  value?: Value;
}

const conditions: ReadonlySet<string> = new Set<UnaryKind | BinaryKind>([
  "equal",
  "notEqual",
  "less",
  "lessEqual",
  "greater",
  "greaterEqual",
  "logicalAnd",
  "logicalOr",
  "logicalNot",
  "isNaN",
]);
const isLogical = (kind: string) => kind.startsWith("logical");

/**
 * A backend that computes nothing: its kernels write down which elementwise steps they were asked for. So any function of
 * tensors becomes a program, composed ops and gradients included.
 */
export class Tracer implements Backend {
  readonly spec = 1;
  readonly name = "elementwise";
  readonly capabilities = {
    dtypes: ["f32", "f64", "i32", "bool"],
    readSync: false,
    maxElements: 2 ** 31,
    maxInputs: 2 ** 31,
    exactIntegers: 2 ** 31 - 1,
    ieeeNaN: true,
    threads: 1,
    adapter: "trace",
  } as const;
  readonly kernels: KernelTable;
  readonly #known = new Map<string, Value>();
  #count = 0;

  /** @param where the op whose body is traced, for errors */
  constructor(readonly where: string) {
    const refuse = (name: string): Kernel<never> => ({
      run: () => {
        throw this.#refusal(name);
      },
    });
    this.kernels = {
      fill: { run: ({ outputs: [z], scalars: [number] }) => this.put(z!.buffer, this.constant(number!)) },
      copy: {
        run: (io) => {
          if (io.attrs.before !== undefined) throw this.#refusal("copy");
          this.put(io.outputs[0]!.buffer, this.#read(io)[0]!);
        },
      },
      cast: { run: (io) => this.put(io.outputs[0]!.buffer, this.#cast(io)) },
      unary: { run: (io) => this.put(io.outputs[0]!.buffer, this.#apply(io.attrs.kind, this.#read(io))) },
      binary: { run: (io) => this.put(io.outputs[0]!.buffer, this.#apply(io.attrs.kind, this.#read(io))) },
      where: {
        run: (io) => {
          const [condition, a, b] = this.#read(io);
          this.put(io.outputs[0]!.buffer, this.#value("where", [condition!, this.#number(a!), this.#number(b!)]));
        },
      },
      concat: refuse("concat"),
      reduce: refuse("reduce"),
      argReduce: refuse("argReduce"),
      matmul: refuse("matmul"),
      gather: refuse("gather"),
      scatterAdd: refuse("scatterAdd"),
    };
  }

  alloc(): BufferHandle {
    return {};
  }
  free(): void {}
  write(): never {
    throw this.#refusal("tensor");
  }
  read(): never {
    throw this.#refusal("data");
  }
  async synchronize(): Promise<void> {}
  memory() {
    return { liveBytes: 0, liveBuffers: 0, pooledBytes: 0 };
  }
  async dispose(): Promise<void> {}

  /** A value that comes from outside. */
  outside(kind: "input" | "scalar", isShared: boolean): Value {
    return { id: this.#count++, kind, operands: [], number: 0, isShared };
  }
  /** A number of the function itself. */
  constant(number: number): Value {
    return this.#value("constant", [], number);
  }
  put(handle: BufferHandle, value: Value): void {
    (handle as Box).value = value;
  }
  /** The value of a tensor that is a float for each place, or one for all. */
  valueOf(operand: Operand): Value {
    return this.#number(this.#valueOf(operand));
  }

  #apply(kind: UnaryKind | BinaryKind, operands: readonly Value[]): Value {
    return this.#value(
      kind,
      operands.map(isLogical(kind) ? (value) => this.#condition(value) : (value) => this.#number(value)),
    );
  }
  #cast({ inputs: [x], outputs: [z] }: KernelIO): Value {
    const value = this.#valueOf(x!);
    if (z!.dtype === "bool") return this.#condition(value);
    if (z!.dtype === "f64") return this.#number(value);
    throw this.#refusal(`cast to ${z!.dtype}`);
  }

  /** Equal steps are one. */
  #value(kind: Value["kind"], operands: readonly Value[], number = 0): Value {
    const key = `${kind} ${operands.map(({ id }) => id).join(" ")} ${Object.is(number, -0) ? "-0" : number}`;
    let value = this.#known.get(key);
    if (value === undefined) {
      value = { id: this.#count++, kind, operands, number, isShared: operands.every(({ isShared }) => isShared) };
      this.#known.set(key, value);
    }
    return value;
  }
  #number(value: Value): Value {
    return conditions.has(value.kind) ? this.#value("where", [value, this.constant(1), this.constant(0)]) : value;
  }
  #condition(value: Value): Value {
    return conditions.has(value.kind) ? value : this.#value("notEqual", [value, this.constant(0)]);
  }
  #read({ inputs }: KernelIO<unknown>): Value[] {
    return inputs.map((operand) => this.#valueOf(operand));
  }
  #valueOf({ buffer, shape, strides, offset }: Operand): Value {
    const { value } = buffer as Box;
    // A step of 0 reads one element at all places.
    const inPlace = shape.length === 0 || (shape.length === 1 && shape[0] === places);
    const inStep = shape.length === 0 || strides[0] === (value?.isShared ? strides[0] : 1);
    if (value === undefined || offset !== 0 || !inPlace || !inStep) throw this.#refusal("a view");
    return value;
  }

  #refusal(what: string): UnsupportedError {
    return new UnsupportedError({
      where: this.where,
      problem: `the function is not elementwise: it uses ${what}`,
      rows: [["expected", "arithmetic, comparisons, where, and functions of single elements"]],
      fix: "leave the rest outside, or write the function with defineOp and a composed form",
    });
  }
}
