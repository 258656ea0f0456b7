// Which package may import which: the table of the package overview, as data. A new package needs one line here.

/** What each package may import at run time, by folder name. */
export const mayImport = {
  backend: [],
  "backend-cpu": ["backend"],
  "backend-wasm": ["backend"],
  "backend-gpu": ["backend"],
  tensor: ["backend", "backend-cpu"],
  layers: ["tensor"],
  conv: ["tensor", "layers"],
  recurrent: ["tensor", "layers"],
  optim: ["tensor"],
  data: ["tensor"],
  io: ["backend", "tensor"],
  train: ["tensor", "layers", "optim", "data", "io"],
  models: ["tensor", "layers", "conv", "recurrent", "io"],
  testing: ["backend", "tensor", "layers"],
};

/** Everything below a package: what its tests may use besides, if it is a devDependency. */
export function below(name, seen = new Set()) {
  for (const next of mayImport[name] ?? []) {
    if (!seen.has(next)) below(next, seen.add(next));
  }
  return seen;
}

/**
 * Where the table counts for tests: a package may not use one that stands above it, or turbo would see a cycle.
 * `other` stands above `name` when it may import it, directly or through others.
 */
export function standsAbove(other, name) {
  return below(other).has(name);
}
