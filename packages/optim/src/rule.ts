import type { CallOptions, Tensor } from "@nn/tensor";

/** Hyper-parameters of a rule: plain numbers, booleans and lists of numbers, so that they fit into JSON. */
export interface OptimizerOptions {
  /** Learning rate. */
  readonly lr: number;
}

/** Tensors that a rule keeps for one parameter, by name. */
export type OptimizerState = Readonly<Record<string, Tensor>>;

/** What a step knows beside the tensors. */
export interface StepContext<O extends OptimizerOptions = OptimizerOptions> {
  /** Hyper-parameters of the parameter's group, as they are now. */
  readonly options: Readonly<O>;
  /** How many steps this parameter has taken, this one included: 1 in the first. */
  readonly step: number;
}

/** What a step makes of a parameter and its state. */
export interface StepResult {
  readonly p: Tensor;
  readonly state: OptimizerState;
}

/**
 * How an optimizer moves one parameter: pure functions over tensors. `optimizer(rule, model)` does all the rest (walks
 * the parameters, keeps and saves the state, frees memory). The built-in optimizers are made of the same.
 *
 * @example
 * ```ts
 * import { type OptimizerRule, optimizer } from "@nn/optim";
 * import { Parameter, tensor, valueAndGrad } from "@nn/tensor";
 *
 * // Moves by the sign of the gradient.
 * const signSGD: OptimizerRule = {
 *   name: "acme.signSGD",
 *   defaults: { lr: 0.5 },
 *   state: () => [],
 *   step: (p, g, state, { options }) => ({ p: p.sub(g.div(g.abs().add(1e-12)).mul(options.lr)), state }),
 * };
 * const weight = new Parameter(tensor([3]));
 * const { grads } = valueAndGrad([weight], () => weight.square().sum());
 * optimizer(signSGD, [weight]).step(grads);
 * await weight.array(); // => [2.5]
 * ```
 */
export interface OptimizerRule<O extends OptimizerOptions = OptimizerOptions> {
  /** Unique; a third party's has a dot. Saved with the state, so that another rule's state is refused. */
  readonly name: string;
  /** Every hyper-parameter with its default. */
  readonly defaults: O;
  /** Throws where the hyper-parameters make no sense. Called before every step, since schedules change them. */
  check?(options: Readonly<O>): void;
  /** Names of the state tensors, in the order in which `fused` takes them. */
  state(options: Readonly<O>): readonly string[];
  /** The state before the first step. Default: zeros of the parameter's shape under every name. */
  init?(p: Tensor, options: Readonly<O>): OptimizerState;
  /** The step of one parameter, in tensor ops. */
  step(p: Tensor, g: Tensor, state: OptimizerState, context: StepContext<O>): StepResult;
  /**
   * Whether `step` works on single elements alone (arithmetic, comparisons, `where`, `sqrt` and the like), with no regard
   * to shapes. It then runs as one program over all parameters, in place, on backends with the kernel `elementwise`.
   */
  readonly elementwise?: boolean;
  /**
   * The same for many parameters at once by an op of its own, which goes first: takes `p, g, ...state` of each and gives `p, ...state` of each. Calls an op
   * made by `defineOp` with a `group`, and hands `call` on to it, so that a kernel may work in place.
   */
  fused?(tensors: readonly Tensor[], context: StepContext<O>, call: CallOptions): readonly Tensor[];
}
