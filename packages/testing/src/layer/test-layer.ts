import { isFloat } from "@nn/backend";
import { evaluate, Module, predict, summary, train } from "@nn/layers";
import {
  Buffer,
  clone,
  freeze,
  getBackend,
  isBuffer,
  isNNError,
  isTensor,
  loadStateDict,
  manualSeed,
  moveTo,
  namedBuffers,
  namedParameters,
  parameters,
  scope,
  stateDict,
  type Tensor,
  valueAndGrad,
  withBackend,
} from "@nn/tensor";
import type { CaseInput } from "@nn/tensor/cases";
import { guarded } from "../backend/guarded.js";
import { type Result, readNow } from "../backend/run-case.js";
import type { TestRunner } from "../backend/test-backend.js";
import { type Values, valuesOf, weights } from "../backend/values.js";
import { lay } from "../backend/views.js";
import { CheckError } from "../check-error.js";
import { checkGradient } from "../check-gradient.js";
import { checkLeaks } from "../check-leaks.js";
import { differenceRows, findDifference } from "../compare.js";
import { inF64, rewinder, slotsOf, withTensors } from "./slots.js";

/** A layer: an object with `forward`, or a bare function, of one or several tensors. */
// biome-ignore lint/suspicious/noExplicitAny: a layer may narrow its arguments, and no parameter type but any takes all.
export type TestedLayer = { forward(...inputs: any[]): unknown } | ((...inputs: any[]) => unknown);

/** What `testLayer` calls the layer with. */
export interface TestLayerOptions extends TestRunner {
  /** The arguments of `forward`, as in the cases of ops; keep floats away from kinks. */
  readonly input: CaseInput | readonly CaseInput[];
  /** An argument that must be refused, with the path of the layer in the message. Left out: not checked. */
  readonly wrongInput?: CaseInput;
  /** Which tensors of the result count. Default: all, through arrays and plain objects. */
  readonly outputs?: (result: unknown) => readonly Tensor[];
  /** Title of the tests. Default: the name of the layer's class. */
  readonly name?: string;
  /** No gradient is checked: the written reason. */
  readonly noGradient?: string;
}

/**
 * Registers the tests that a layer must pass: equal results under equal seeds, evaluation without chance and without
 * moving buffers, gradients of all parameters and inputs against central differences in f64 (in both modes), a state
 * dict that carries everything, frozen parameters without gradients, a move to another backend, memory balance over
 * training steps, a summary, and an error that tells where in the model the layer is. Runs on the current backend,
 * which needs f64 and `readSync`.
 *
 * @param makeLayer makes the layer anew, with its own initial values
 *
 * @example
 * ```ts
 * import { Linear } from "@nn/layers";
 * import { testLayer } from "@nn/testing";
 *
 * // A runner of three lines; in Vitest: import { describe, it } from "vitest".
 * const tests: (() => void | Promise<void>)[] = [];
 * const describe = (_name: string, fn: () => void) => fn();
 * const it = (_name: string, fn: () => void | Promise<void>) => tests.push(fn);
 *
 * testLayer(() => new Linear(3, 2), { input: { shape: [4, 3] }, wrongInput: { shape: [4, 5] }, describe, it });
 * for (const test of tests) await test();
 * ```
 */
export function testLayer(makeLayer: () => TestedLayer, options: TestLayerOptions): void {
  const { describe, it } = options;
  const name = options.name ?? nameOf(scope(() => inSeed(makeLayer)));
  const inputs = valuesOf(name, Array.isArray(options.input) ? options.input : [options.input as CaseInput]);
  const tensors = (float: "f32" | "f64" = "f32", backend = getBackend()) =>
    inputs.map((values) => lay(values, values.dtype === "f32" ? float : values.dtype, backend, "dense"));
  const call = (layer: TestedLayer, given: readonly Tensor[]) => {
    const result = typeof layer === "function" ? layer(...given) : layer.forward(...given);
    const found = (options.outputs ?? tensorsIn)(result);
    if (found.length > 0) return found;
    throw new CheckError(name, "forward gives no tensor", [["got", result === null ? "null" : typeof result]]);
  };
  const run = (layer: TestedLayer): Result[] => readNow(scope(() => [...call(layer, tensors())])) as Result[];
  const make = () => inSeed(makeLayer);
  const lossOf = (layer: TestedLayer, given: readonly Tensor[]) => weighted(name, call(layer, given));

  describe(`layer ${name}`, () => {
    it("gives the same under the same seed, in training mode too", () => {
      const results = [make(), make()].map((layer) => {
        train(layer);
        return [...valuesIn(layer), ...run(layer)];
      });
      same(name, "differs from a layer made with the same seed", results[1], results[0]);
    });

    it("is settled by evaluation: no chance, no buffer moves", () => {
      const layer = make();
      run(train(layer));
      evaluate(layer);
      const before = valuesIn(layer);
      const first = run(layer);
      same(name, "a second call in evaluation mode differs", run(layer), first);
      same(name, "a call in evaluation mode changed parameters or buffers", valuesIn(layer), before);
      if (layer instanceof Module && layer.training) throw new CheckError(name, "evaluate() does not reach `training`");
    });

    it("carries everything in its state dict", () => {
      const layer = make();
      run(train(layer));
      const other = inSeed(makeLayer, 99);
      loadStateDict(
        other,
        scope(() => Object.fromEntries(Object.entries(stateDict(layer)).map(([k, v]) => [k, clone(v)]))),
      );
      same(name, "the loaded state differs", valuesIn(other), valuesIn(layer));
      same(name, "a layer with the loaded state differs", run(evaluate(other)), run(evaluate(layer)));
    });

    if (options.noGradient === undefined) {
      for (const mode of ["training", "evaluation"] as const) {
        it(`has right gradients in ${mode} mode`, () => {
          const layer = make();
          run(train(layer));
          if (mode === "evaluation") evaluate(layer);
          checkLayerGradient(name, layer, inputs, lossOf);
        });
      }
    }

    it("keeps its memory balance over training steps", () => {
      const layer = train(make());
      const given = tensors();
      const targets = [...parameters(layer), ...given.filter((x) => isFloat(x.dtype))];
      checkLeaks(() => valueAndGrad(targets, () => lossOf(layer, given)), { subject: name });
    });

    it("gives frozen parameters no gradient, and all others one", () => {
      const layer = train(make());
      const given = tensors();
      const inputsWithGradient = given.filter((x) => isFloat(x.dtype));
      const all = parameters(layer);
      if (all.length === 0) return;
      const { grads } = valueAndGrad([layer, ...inputsWithGradient], () => lossOf(layer, given));
      const without = [...namedParameters(layer)].filter(([, parameter]) => !grads.has(parameter)).map(([key]) => key);
      grads.dispose();
      if (without.length > 0) throw new CheckError(name, "parameters get no gradient", [["got", without.join(", ")]]);
      if (inputsWithGradient.length === 0) return;
      freeze(layer);
      const { grads: rest } = valueAndGrad([layer, ...inputsWithGradient], () => lossOf(layer, given));
      if (all.some((parameter) => rest.has(parameter)))
        throw new CheckError(name, "a frozen parameter gets a gradient");
      rest.dispose();
    });

    it("moves to another backend and gives the same there", async () => {
      const layer = evaluate(make());
      const expected = run(layer);
      const other = guarded(getBackend());
      await moveTo(layer, other);
      const results = withBackend(other, () =>
        readNow(scope(() => [...call(layer, tensors("f32", other))])),
      ) as Result[];
      await other.synchronize();
      same(name, "differs on another backend", results, expected);
    });

    if (inputs.length === 1 && inputs[0].dtype !== "bool") {
      it("has a summary", () => {
        const layer = make();
        if (typeof layer === "function") return;
        const table = scope(() => summary(layer, tensors()[0]));
        const count = parameters(layer).reduce((sum, { size }) => sum + size, 0);
        if (table.parameters === count && String(table).length > 0) return;
        throw new CheckError(name, "the summary counts other parameters", [
          ["expected", String(count)],
          ["got", String(table.parameters)],
        ]);
      });
    }

    const { wrongInput } = options;
    if (wrongInput !== undefined) {
      it("refuses a wrong input, and says where it is in the model", () => {
        const layer = make();
        const model = { blocks: [{ layer }] };
        const given = valuesOf(`${name} wrong`, [wrongInput]).map((values) =>
          lay(values, values.dtype, getBackend(), "dense"),
        );
        try {
          predict(model, () => call(layer, given));
        } catch (error) {
          const path = "model.blocks.0.layer";
          if (isNNError(error) && (typeof layer === "function" || error.message.includes(path))) return;
          throw new CheckError(name, "the error does not say where the layer is", [
            ["expected", `an NNError with ${path} (pass { owner: this } to the ops)`],
            ["got", String(error)],
          ]);
        }
        throw new CheckError(name, "a wrong input is not refused");
      });
    }
  });
}

/** Gradients of all parameters and float inputs, in f64, with the layer's generators rewound before every call. */
function checkLayerGradient(
  name: string,
  layer: TestedLayer,
  inputs: readonly Values[],
  lossOf: (layer: TestedLayer, given: readonly Tensor[]) => Tensor,
): void {
  const slots = slotsOf(layer);
  const named = [...namedParameters(layer)];
  const hidden = named.filter(([, parameter]) => !slots.some(({ tensor }) => tensor === parameter));
  if (hidden.length > 0) {
    throw new CheckError(name, "parameters cannot be replaced for the gradient check", [
      ["got", hidden.map(([key]) => key).join(", ")],
      ["fix", "hold them in plain fields"],
    ]);
  }
  const floats = inputs.flatMap((values, i) => (isFloat(values.dtype) ? [i] : []));
  const rewind = rewinder(layer);
  checkGradient(
    (moved) => {
      rewind();
      // Buffers in f64 are owned, so that a layer may assign them.
      const replaced = inF64(slots);
      for (const [own, copy] of replaced) if (isBuffer(own)) replaced.set(own, new Buffer(copy));
      named.forEach(([, parameter], i) => replaced.set(parameter, moved[i]));
      const given = inputs.map((values) => lay(values, values.dtype, getBackend(), "dense"));
      floats.forEach((input, i) => (given[input] = moved[named.length + i]));
      try {
        return withTensors(slots, replaced, () => lossOf(layer, given));
      } finally {
        for (const copy of replaced.values()) if (isBuffer(copy)) copy.dispose();
      }
    },
    [
      ...named.map(([, parameter]) => ({ values: parameter.dataSync(), shape: parameter.shape })),
      ...floats.map((i) => ({ values: inputs[i].data, shape: inputs[i].shape })),
    ],
    { subject: name, names: [...named.map(([key]) => key), ...floats.map((i) => `input ${i}`)], maxElements: 16 },
  );
  rewind();
}

function weighted(name: string, outputs: readonly Tensor[]): Tensor {
  const terms = outputs.flatMap((y, i) => {
    if (!isFloat(y.dtype)) return [];
    const values: Values = { shape: y.shape, dtype: y.dtype, data: weights(`${name} cotangent ${i}`, y.size) };
    return [y.mul(lay(values, y.dtype, y.backend, "dense")).sum()];
  });
  return terms.reduce((sum, term) => sum.add(term));
}

function inSeed(makeLayer: () => TestedLayer, seed = 7): TestedLayer {
  manualSeed(seed);
  return makeLayer();
}

function valuesIn(layer: TestedLayer): Result[] {
  const owned = [...namedParameters(layer).values(), ...namedBuffers(layer).values()];
  return owned.map((tensor) => ({ dtype: tensor.dtype, shape: tensor.shape, data: tensor.dataSync() }));
}

function same(name: string, problem: string, got: readonly Result[], expected: readonly Result[]): void {
  if (got.length !== expected.length)
    throw new CheckError(name, `${problem}: ${got.length} tensors, ${expected.length}`);
  got.forEach((result, i) => {
    const difference = findDifference(result.data, expected[i].data, { rtol: 0 });
    if (difference !== null) throw new CheckError(name, problem, differenceRows(difference, expected[i].shape));
  });
}

/** All tensors in a result, through arrays and plain objects. */
function tensorsIn(result: unknown): Tensor[] {
  if (isTensor(result)) return [result];
  if (typeof result !== "object" || result === null) return [];
  return Object.values(result).flatMap(tensorsIn);
}

function nameOf(layer: TestedLayer): string {
  return typeof layer === "function" ? layer.name || "function" : layer.constructor.name;
}
