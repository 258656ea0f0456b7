import { DataError, namedParameters, type Parameter, type Tree } from "@nn/tensor";

/** Which parameters: a path (`"features.0"` and all below), a pattern of names, or a test of name and parameter. */
export type ParameterMatch = string | RegExp | ((name: string, parameter: Parameter) => boolean);

/** Hyper-parameters for the parameters that match, by the names that the optimizer has. */
export interface ParameterGroupRule {
  readonly match: ParameterMatch;
  readonly [hyperParameter: string]: unknown;
}

/** Parameters by name, with hyper-parameters of their own. */
export interface NamedGroup {
  readonly params: ReadonlyMap<string, Parameter>;
  readonly [hyperParameter: string]: unknown;
}

/**
 * Parts the parameters of a model into groups by their names, for the constructor of an optimizer: a group for every
 * rule, and a last one for what no rule matches, with the optimizer's own hyper-parameters. The first rule that matches
 * counts. State dicts of the optimizer go by the names, whatever the order of the fields.
 *
 * @throws DataError when a rule matches nothing.
 *
 * @example
 * ```ts
 * import { parameterGroups, SGD } from "@nn/optim";
 * import { Parameter, zeros } from "@nn/tensor";
 *
 * const layer = () => ({ weight: new Parameter(zeros([2, 2])), bias: new Parameter(zeros([2])) });
 * const model = { backbone: layer(), head: layer() };
 * const groups = parameterGroups(model, [
 *   { match: "backbone", lr: 0.01 },
 *   { match: /bias$/, weightDecay: 0 },
 * ]);
 * groups.map(({ params }) => [...params.keys()]); // => [["backbone.weight", "backbone.bias"], ["head.bias"], ["head.weight"]]
 * new SGD(groups, { lr: 0.1, weightDecay: 0.5 }).groups.map((group) => group.lr); // => [0.01, 0.1, 0.1]
 * ```
 */
export function parameterGroups(model: Tree, rules: readonly ParameterGroupRule[]): NamedGroup[] {
  const groups = rules.map(() => new Map<string, Parameter>());
  const rest = new Map<string, Parameter>();
  for (const [name, parameter] of namedParameters(model)) {
    const first = rules.findIndex(({ match }) => matches(match, name, parameter));
    (groups[first] ?? rest).set(name, parameter);
  }
  for (const [i, params] of groups.entries()) if (params.size === 0) throw matchesNothing(model, rules[i]!, i);
  return [...rules.map(({ match: _, ...own }, i) => ({ ...own, params: groups[i]! })), { params: rest }];
}

function matches(match: ParameterMatch, name: string, parameter: Parameter): boolean {
  if (typeof match === "string") return name === match || name.startsWith(`${match}.`);
  // Not test, which remembers where it was in a pattern with the flag g.
  return typeof match === "function" ? match(name, parameter) : name.search(match) >= 0;
}

function matchesNothing(model: Tree, { match }: ParameterGroupRule, index: number): DataError {
  const names = [...namedParameters(model).keys()];
  return new DataError({
    where: "parameterGroups",
    problem: "a rule matches no parameter that the rules before it have left",
    rows: [
      ["rule", `${index}: ${typeof match === "function" ? "a function" : String(match)}`],
      ["parameters", names.slice(0, 8).join(", ") + (names.length > 8 ? ", …" : "")],
    ],
    fix: "correct the pattern, or change the order of the rules",
  });
}
