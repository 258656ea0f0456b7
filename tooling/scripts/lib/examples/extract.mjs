// Finds the ```ts blocks of a Markdown file or of the TSDoc comments of a source file.

/** @returns `{ path, line, code, run, problem? }` of each block; `line` is where its first line stands, from 1 */
export function extract(path, text) {
  return path.endsWith(".md") ? blocks(path, text.split("\n")) : comments(path, text);
}

function comments(path, text) {
  const found = [];
  for (const match of text.matchAll(/\/\*\*[\s\S]*?\*\//g)) {
    const first = text.slice(0, match.index).split("\n").length;
    const lines = match[0]
      .split("\n")
      .map((line) => line.replace(/^\s*(\/\*\*|\*\/|\*(?!\/)) ?/, "").replace(/\s*\*\/$/, ""));
    found.push(...blocks(path, lines, first - 1));
    const example = lines.findIndex((line) => /^@example\b/.test(line));
    if (example >= 0 && !lines.slice(example).some((line) => /^\s*```ts\b/.test(line))) {
      found.push({ path, line: first + example, code: "", run: false, problem: "@example has no ```ts block" });
    }
  }
  return found;
}

function blocks(path, lines, before = 0) {
  const found = [];
  for (let i = 0; i < lines.length; i++) {
    const open = lines[i].match(/^(\s*)(`{3,})(\S*)\s*(.*)$/);
    if (!open) continue;
    const [, indent, fence, language, info] = open;
    const start = i + 1;
    do i++;
    while (i < lines.length && lines[i].trim() !== fence);
    if (language !== "ts") continue;
    const code = lines.slice(start, i).map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
    found.push({ path, line: before + start + 1, code: code.join("\n"), ...mode(info) });
  }
  return found;
}

// "```ts" runs; "```ts no-run: needs a browser" is only type-checked, and says why.
function mode(info) {
  if (info === "") return { run: true };
  const reason = info.match(/^no-run:?\s*(.*)$/)?.[1];
  if (reason === undefined) return { run: true, problem: `"${info}" is not known after \`\`\`ts` };
  return reason === "" ? { run: false, problem: "no-run needs a reason: ```ts no-run: <why>" } : { run: false };
}
