import type { Tensor } from "@nn/tensor";

/** Hyper-parameters of a group as JSON, with the names of its parameters. */
export interface GroupState {
  readonly parameters: readonly string[];
  readonly options: Readonly<Record<string, number | boolean | string | readonly number[]>>;
}

/** All that an optimizer remembers. Everything but `state` is JSON. */
export interface OptimizerStateDict {
  /** Name of the rule. */
  readonly rule: string;
  readonly groups: readonly GroupState[];
  /** Steps that each parameter has taken, by its name; parameters without a step are left out. */
  readonly steps: Readonly<Record<string, number>>;
  /** The state tensors by parameter and name, such as `"0.weight.exp_avg"`: the optimizer's own, not copies. */
  readonly state: Readonly<Record<string, Tensor>>;
}
