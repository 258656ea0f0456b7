import { DataError, describe, noGrad, type Parameter } from "@nn/tensor";
import type { ParameterGroup } from "./groups.js";
import type { OptimizerStateDict } from "./optimizer-state-dict.js";
import type { OptimizerOptions, OptimizerRule } from "./rule.js";

/** Throws one DataError that lists all that keeps a state dict from being loaded. */
export function checkStateDict<O extends OptimizerOptions>(
  rule: OptimizerRule<O>,
  groups: readonly ParameterGroup<O>[],
  dict: OptimizerStateDict,
): void {
  if (dict.rule !== rule.name) throw misfit(rule.name, [["rule", `expected ${rule.name}`, `got ${dict.rule}`]]);
  if (dict.groups.length !== groups.length) {
    throw misfit(rule.name, [["groups", `expected ${groups.length}`, `got ${dict.groups.length}`]]);
  }
  const problems: [string, string, string?][] = [];
  for (let i = 0; i < groups.length; i++) {
    const saved = { ...rule.defaults, ...(dict.groups[i]!.options as Partial<O>) };
    for (const name of Object.keys(dict.groups[i]!.options)) {
      if (!(name in rule.defaults)) problems.push([`groups[${i}].${name}`, "unexpected: no such hyper-parameter"]);
    }
    rule.check?.(saved);
    problems.push(...compareGroup(rule, groups[i]!, saved, dict, i));
  }
  if (problems.length > 0) throw misfit(rule.name, problems);
}

function compareGroup<O extends OptimizerOptions>(
  rule: OptimizerRule<O>,
  group: ParameterGroup<O>,
  saved: O,
  dict: OptimizerStateDict,
  index: number,
): [string, string, string?][] {
  const problems: [string, string, string?][] = [];
  const names = new Set([...group.parameters.keys(), ...dict.groups[index]!.parameters]);
  for (const name of names) {
    const parameter = group.parameters.get(name);
    if (parameter === undefined) problems.push([name, "unexpected: the optimizer has no such parameter"]);
    else if (!dict.groups[index]!.parameters.includes(name)) problems.push([name, "missing"]);
    else if (dict.steps[name] !== undefined) {
      if (!Number.isInteger(dict.steps[name])) problems.push([`steps.${name}`, `got ${String(dict.steps[name])}`]);
      const expected = stateOf(rule, parameter, saved);
      for (const key of rule.state(saved)) {
        const value = dict.state[`${name}.${key}`];
        if (value === undefined) problems.push([`${name}.${key}`, "missing"]);
        else if (value.disposed) problems.push([`${name}.${key}`, "its memory was given back"]);
        else if (describe(value) !== expected(key)) {
          problems.push([`${name}.${key}`, `expected ${expected(key)}`, `got ${describe(value)}`]);
        }
      }
    }
  }
  return problems;
}

/** What dtype and shape each state of a parameter has: the parameter's own, or those that the rule begins with. */
function stateOf<O extends OptimizerOptions>(
  rule: OptimizerRule<O>,
  parameter: Parameter,
  options: O,
): (key: string) => string {
  if (rule.init === undefined) return () => describe(parameter);
  const begun = noGrad(() =>
    Object.entries(rule.init!(parameter, options)).map(([key, value]) => [key, describe(value)] as const),
  );
  const expected = new Map(begun);
  return (key) => expected.get(key) ?? describe(parameter);
}

function misfit(rule: string, problems: [string, string, string?][]): DataError {
  const shown = problems.slice(0, 20);
  if (problems.length > shown.length) shown.push(["…", `${problems.length - shown.length} more`]);
  return new DataError({
    where: `${rule}.loadStateDict`,
    problem: "the state dict does not fit the optimizer; nothing was loaded",
    rows: shown,
    fix: "build model and optimizer with the options they were saved with",
  });
}
