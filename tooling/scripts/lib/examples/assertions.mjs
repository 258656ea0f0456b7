// Turns "expression; // => value" into a check, and compares what came with what is written.
import { inspect, isDeepStrictEqual } from "node:util";
import ts from "typescript";

/** Rewrites a block so that each `// => …` calls `__check(value, text, line)`. Line numbers stay. */
export function withChecks(code) {
  const file = ts.createSourceFile("example.ts", code, ts.ScriptTarget.Latest, true);
  const edits = [];
  for (const { text, line, end } of expectations(code)) {
    const statement = statementBefore(file, end);
    if (!statement) throw new Error(`line ${line + 1}: nothing stands before "// => ${text}"`);
    edits.push(...check(file, statement, JSON.stringify(text), line + 1));
  }
  let result = code;
  for (const { at, remove = 0, insert } of edits.sort((a, b) => b.at - a.at)) {
    result = result.slice(0, at) + insert + result.slice(at + remove);
  }
  return result;
}

// A comment that goes on over the next lines ("//    more") is one expectation.
function expectations(code) {
  const lines = code.split("\n");
  const found = [];
  let offset = 0;
  for (let i = 0; i < lines.length; i++) {
    const at = lines[i].search(/\/\/ ?=> ?/);
    if (at >= 0) {
      const parts = [lines[i].slice(at).replace(/^\/\/ ?=> ?/, "")];
      for (let j = i + 1; /^\s*\/\/ {2,}\S/.test(lines[j] ?? ""); j++) parts.push(lines[j].replace(/^\s*\/\/\s*/, ""));
      found.push({ text: parts.join("\n").trim(), line: i, end: offset + at });
    }
    offset += lines[i].length + 1;
  }
  return found;
}

// The innermost statement that ends last before the comment.
function statementBefore(file, end) {
  let best;
  const visit = (node) => {
    const own = ts.isExpressionStatement(node) || ts.isVariableStatement(node) || ts.isReturnStatement(node);
    if (own && node.end <= end && (!best || node.end >= best.end)) best = node;
    ts.forEachChild(node, visit);
  };
  visit(file);
  return best;
}

function check(file, statement, text, line) {
  if (ts.isVariableStatement(statement)) {
    const { name } = statement.declarationList.declarations.at(-1);
    return [{ at: statement.end, insert: `;__check(${name.getText(file)}, ${text}, ${line});` }];
  }
  const { expression } = statement;
  const wrap = (node) => {
    const wait = isTopLevel(statement) ? "await " : "";
    return [
      { at: node.getStart(file), insert: `__check(${wait}(` },
      { at: node.end, insert: `), ${text}, ${line})` },
    ];
  };
  const call = ts.isCallExpression(expression) && expression.expression.getText(file) === "console.log";
  if (!call) return wrap(expression);
  const [first] = expression.arguments;
  if (expression.arguments.length === 1) return wrap(first);
  const { pos, end } = expression.arguments;
  return [
    { at: pos, insert: "__check(__format(" },
    { at: end, insert: `), ${text}, ${line})` },
  ];
}

function isTopLevel(node) {
  for (let at = node.parent; at; at = at.parent) if (ts.isFunctionLike(at)) return false;
  return true;
}

/** True when the value is what the comment says: as a literal, with numbers to the digits written, or as printed text. */
export function matches(value, text) {
  const literal = parse(text);
  if (literal !== undefined && same(plain(value), literal)) return true;
  const pattern = new RegExp(
    `^${squeeze(text)
      .split(/…|\.\.\./)
      .map(literally)
      .join(".*")}$`,
    "s",
  );
  return [inspect(value, { depth: 8 }), String(value)].some((printed) => pattern.test(squeeze(printed)));
}

const digits = Symbol("digits");

// Reads a literal into plain values; numbers remember how many digits were written.
function parse(text) {
  const file = ts.createSourceFile("expected.ts", `(${text})`, ts.ScriptTarget.Latest, true);
  if (file.parseDiagnostics.length > 0 || file.statements.length !== 1) return undefined;
  try {
    return read(file.statements[0].expression.expression);
  } catch {
    return undefined;
  }
}

const words = { true: true, false: false, null: null, NaN: number("NaN"), Infinity: number("Infinity"), undefined };

function read(node) {
  if (ts.isNumericLiteral(node)) return number(node.getText());
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken)
    return number(`-${node.operand.getText()}`);
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isArrayLiteralExpression(node)) return node.elements.map(read);
  if (ts.isObjectLiteralExpression(node)) {
    return Object.fromEntries(node.properties.map((entry) => [entry.name.text, read(entry.initializer)]));
  }
  const word = node.getText();
  if (word in words) return words[word];
  throw new Error("not a literal");
}

function number(text) {
  const [mantissa, exponent = "0"] = text.replaceAll("_", "").split(/e/i);
  const decimals = mantissa.split(".")[1]?.length;
  const value = Number(text.replaceAll("_", ""));
  // Whole numbers allow for the rounding of f32, others for half a unit of the last digit.
  const tolerance =
    decimals === undefined ? 1e-6 * Math.max(1, Math.abs(value)) : 0.501 * 10 ** (Number(exponent) - decimals);
  return { [digits]: true, value, tolerance };
}

function plain(value) {
  if (ArrayBuffer.isView(value)) return Array.from(value);
  return value;
}

function same(value, literal) {
  if (literal?.[digits]) {
    if (typeof value !== "number") return false;
    return Object.is(value, literal.value) || Math.abs(value - literal.value) <= literal.tolerance;
  }
  if (Array.isArray(literal)) {
    const list = plain(value);
    return (
      Array.isArray(list) && list.length === literal.length && literal.every((entry, i) => same(plain(list[i]), entry))
    );
  }
  if (literal !== null && typeof literal === "object") {
    if (value === null || typeof value !== "object") return false;
    const keys = Object.keys(literal);
    return Object.keys(value).length === keys.length && keys.every((key) => same(plain(value[key]), literal[key]));
  }
  return isDeepStrictEqual(value, literal);
}

function squeeze(text) {
  return text.replace(/\s+/g, " ").trim();
}

function literally(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
