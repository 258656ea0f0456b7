// The import laws as one pure function over source texts, so that a test can show it texts that break them.
import { dirname, join, normalize } from "node:path";
import ts from "typescript";
import { mayImport, standsAbove } from "./table.mjs";

// Files that may import each other in a circle, because they do so only when they are called: a tensor's methods are ops
// and ops make tensors; the derivative of sin is cos and the other way round.
const mayCycle = /^packages\/tensor\/src\//;

const neverTogether = [["conv", "recurrent"]];

/**
 * @param files `{ path, text }`, paths relative to the repository with `/`
 * @param manifests package.json contents by folder: `{ "packages/tensor": {…} }`
 * @returns one line for each broken rule
 */
export function brokenImports(files, manifests, table = mayImport) {
  const problems = [];
  const paths = new Set(files.map((file) => file.path));
  const graph = new Map();

  for (const { path, text } of files) {
    const [group, folder] = path.split("/");
    const home = `${group}/${folder}`;
    const from = { path, group, folder, home, manifest: manifests[home] ?? {}, test: isTest(path) };
    const edges = [];
    for (const found of importsOf(path, text)) {
      const { specifier } = found;
      const problem = specifier.startsWith(".") ? relativeImport(from, specifier) : bareImport(from, found);
      if (problem) problems.push(`${path}:${found.line}: "${specifier}" ${problem}`);
      if (specifier.startsWith(".") && !found.typeOnly && !found.lazy) {
        const target = normalize(join(dirname(path), specifier))
          .replaceAll("\\", "/")
          .replace(/\.js$/, ".ts");
        if (paths.has(target)) edges.push(target);
      }
    }
    graph.set(path, edges);
  }
  for (const cycle of cycles(graph).filter((files) => !files.every((file) => mayCycle.test(file))))
    problems.push(`import cycle: ${cycle.join(" -> ")}`);
  return problems;

  function relativeImport({ path, home }, specifier) {
    const target = normalize(join(dirname(path), specifier)).replaceAll("\\", "/");
    if (!target.startsWith(`${home}/`)) return "leaves the package; import the other one by its name";
    return undefined;
  }

  function bareImport(from, { specifier, lazy }) {
    const { path, group, manifest, test } = from;
    if (specifier.startsWith("node:")) {
      if (group !== "packages" || test || lazy || isNodeOnly(path)) return undefined;
      return "does not exist in browsers; keep it under src/node/ or import it lazily";
    }
    const parts = specifier.split("/");
    const name = specifier.startsWith("@") ? parts.slice(0, 2).join("/") : parts[0];
    const subpath = `.${specifier.slice(name.length)}`;
    if (name.startsWith("@nn/")) return ownImport(from, name.slice(4), subpath);
    const used = { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies };
    if (group !== "packages" || test) Object.assign(used, manifest.devDependencies, manifests["."]?.devDependencies);
    // The build puts what these files import into the package itself.
    if (isVendored(path)) Object.assign(used, manifest.devDependencies);
    if (!(name in used) && name !== manifest.name) return "is not a dependency in the package.json";
    return undefined;
  }

  function ownImport({ group, folder, manifest, test }, other, subpath) {
    const target = manifests[`packages/${other}`];
    if (!target) return "is no package of the workspace";
    if (!isExported(subpath, target))
      return `is not exported; @nn/${other} has ${Object.keys(target.exports ?? {}).join(", ")}`;
    const declared = { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.devDependencies };
    if (group !== "packages") return `@nn/${other}` in declared ? undefined : "is not a dependency in the package.json";
    if (other === folder) return "is this package itself; import its files by path";
    if (neverTogether.some((pair) => pair.includes(other) && pair.includes(folder)))
      return "never: these two stay apart";
    if (table[folder]?.includes(other)) {
      return `@nn/${other}` in declared ? undefined : "is allowed, but not a dependency in the package.json";
    }
    if (!test) return `is not among what @nn/${folder} may import: ${table[folder]?.join(", ") || "nothing"}`;
    if (standsAbove(other, folder)) return "stands above this package; test it in tooling/conformance";
    return `@nn/${other}` in declared ? undefined : "is not a devDependency in the package.json";
  }
}

// Tests, and what lies beside src (tsup.config.ts, benchmarks), never reach a user.
function isTest(path) {
  return /\.(test|test-d|bench)\.m?[jt]s$|\/test-[\w-]+\.ts$/.test(path) || !path.includes("/src/");
}

function isExported(subpath, { exports = {} }) {
  return Object.keys(exports).some((key) => {
    const [start, end] = key.split("*");
    return end === undefined ? key === subpath : subpath.startsWith(start) && subpath.endsWith(end);
  });
}

function isNodeOnly(path) {
  return /\/src\/(.*\/)?node(\.ts|\/)/.test(path) || /\.node\.ts$/.test(path);
}

function importsOf(path, text) {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found = [];
  const add = (node, typeOnly, lazy) => {
    if (!node || !ts.isStringLiteralLike(node)) return;
    const line = file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
    found.push({ specifier: node.text, line, typeOnly, lazy });
  };
  const visit = (node) => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.isTypeOnly === true, false);
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly, false);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true, false);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], false, true);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

// Strongly connected components of more than one file (Tarjan), each as one path around.
function cycles(graph) {
  const index = new Map();
  const low = new Map();
  const stack = [];
  const found = [];
  const visit = (node) => {
    index.set(node, index.size);
    low.set(node, index.get(node));
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(node, Math.min(low.get(node), low.get(next)));
    }
    if (low.get(node) !== index.get(node)) return;
    const component = stack.splice(stack.indexOf(node));
    if (component.length > 1 || graph.get(node)?.includes(node)) found.push(wayAround(graph, component));
  };
  for (const node of graph.keys()) if (!index.has(node)) visit(node);
  return found;
}

// The shortest way from the first file of a component back to itself.
function wayAround(graph, component) {
  const start = component[0];
  const before = new Map();
  const queue = [start];
  for (const node of queue) {
    for (const next of graph.get(node) ?? []) {
      if (next === start) {
        const way = [start];
        for (let at = node; at !== undefined; at = before.get(at)) way.unshift(at);
        return way;
      }
      if (!component.includes(next) || before.has(next)) continue;
      before.set(next, node);
      queue.push(next);
    }
  }
  return component;
}

function isVendored(path) {
  return /^packages\/[^/]+\/src\/vendor\//.test(path);
}
