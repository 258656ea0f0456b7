import { namedParameters, type Parameter, type Tree } from "@nn/tensor";

/**
 * Two groups for the constructor of an optimizer: weights, which decay, and biases and the weights of normalization
 * layers (all parameters of rank 0 and 1), which do not.
 *
 * @example
 * ```ts
 * import { AdamW, noWeightDecay } from "@nn/optim";
 * import { Parameter, ones, zeros } from "@nn/tensor";
 *
 * const linear = { weight: new Parameter(zeros([2, 3])), bias: new Parameter(zeros([2])) };
 * const model = { linear, norm: { weight: new Parameter(ones([2])) } };
 * const optimizer = new AdamW(noWeightDecay(model), { weightDecay: 0.1 });
 * optimizer.groups.map((group) => group.weightDecay); // => [0.1, 0]
 * [...optimizer.groups[1].parameters.keys()]; // => ["1.linear.bias", "1.norm.weight"]
 * ```
 */
export function noWeightDecay(
  model: Tree,
): [
  { readonly params: ReadonlyMap<string, Parameter> },
  { readonly params: ReadonlyMap<string, Parameter>; readonly weightDecay: 0 },
] {
  const named = [...namedParameters(model)];
  const decays = ([, parameter]: [string, Parameter]) => parameter.rank > 1;
  return [
    { params: new Map(named.filter(decays)) },
    { params: new Map(named.filter((entry) => !decays(entry))), weightDecay: 0 },
  ];
}
