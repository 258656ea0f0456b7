import { DataError, isParameter, isTensor, namedParameters, type Parameter, type Tree } from "@nn/tensor";
import type { OptimizerOptions, OptimizerRule } from "./rule.js";

/** Some of the parameters with hyper-parameters of their own; those left out are the optimizer's. */
export type GroupSpec<O extends OptimizerOptions> = Partial<O> & {
  /** A module or a list of parameters. */
  readonly params: Tree | readonly Parameter[];
};

/** What an optimizer trains: a module, a list of parameters, or groups of them. */
export type OptimizerTarget<O extends OptimizerOptions> = Tree | readonly Parameter[] | readonly GroupSpec<O>[];

/** Parameters that share hyper-parameters; these may be changed at any time. */
export type ParameterGroup<O extends OptimizerOptions = OptimizerOptions> = { -readonly [K in keyof O]: O[K] } & {
  /** By name: the path in the module, or the index in the list; of several groups with the group's index before it. */
  readonly parameters: ReadonlyMap<string, Parameter>;
};

/** Makes the groups of an optimizer of what it was given. */
export function resolveGroups<O extends OptimizerOptions>(
  rule: OptimizerRule<O>,
  target: OptimizerTarget<O>,
  options: Partial<O>,
): ParameterGroup<O>[] {
  checkNames(rule, options);
  const groups = isGroupList<O>(target)
    ? target.map(({ params, ...own }, i) => {
        checkNames(rule, own);
        return makeGroup(rule, params, { ...options, ...definedOnly(own) }, `${i}.`);
      })
    : [makeGroup(rule, target, options, "")];
  checkParameters(rule, groups);
  return groups;
}

function makeGroup<O extends OptimizerOptions>(
  rule: OptimizerRule<O>,
  params: Tree | readonly Parameter[],
  options: object,
  prefix: string,
): ParameterGroup<O> {
  const named = isParameter(params) ? new Map([["0", params]]) : namedParameters(params);
  const parameters = new Map([...named].map(([name, parameter]) => [prefix + name, parameter]));
  const group: ParameterGroup<O> = { ...rule.defaults, ...definedOnly(options), parameters };
  rule.check?.(group);
  return group;
}

function isGroupList<O extends OptimizerOptions>(target: OptimizerTarget<O>): target is readonly GroupSpec<O>[] {
  const isGroup = (item: unknown) => typeof item === "object" && item !== null && !isTensor(item) && "params" in item;
  return Array.isArray(target) && target.length > 0 && target.every(isGroup);
}

function definedOnly(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function checkNames<O extends OptimizerOptions>(rule: OptimizerRule<O>, options: object): void {
  const unknown = Object.keys(options).filter((name) => !(name in rule.defaults));
  if (unknown.length === 0) return;
  throw new DataError({
    where: rule.name,
    problem: "there is no such hyper-parameter",
    rows: [
      ["got", unknown.join(", ")],
      ["expected", Object.keys(rule.defaults).join(", ")],
    ],
    fix: "correct the name",
  });
}

function checkParameters<O extends OptimizerOptions>(rule: OptimizerRule<O>, groups: ParameterGroup<O>[]): void {
  const seen = new Map<Parameter, string>();
  for (const { parameters } of groups) {
    for (const [name, parameter] of parameters) {
      const other = seen.get(parameter);
      if (other !== undefined) {
        throw new DataError({
          where: rule.name,
          problem: "a parameter is in two groups",
          rows: [["parameter", `${other} and ${name}`]],
          fix: "leave it out of one of them; otherwise it would move twice a step",
        });
      }
      seen.set(parameter, name);
    }
  }
  if (seen.size > 0) return;
  throw new DataError({
    where: rule.name,
    problem: "there is nothing to train",
    rows: [["expected", "a module with parameters, a list of parameters, or groups [{ params: … }]"]],
    fix: "pass the model itself",
  });
}
