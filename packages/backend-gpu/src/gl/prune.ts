const functions = /^(?:float|int|void|i?vec[234]) (\w+)\([^)]*\)\s*\{[^]*?^\}\n/gm;
const prototypes = /^(?:float|int|void|i?vec[234]) (\w+)\([^)]*\);\n/gm;
const called = /\b\w+(?=\()/g;

/**
 * Drops what a shader never calls from the library of functions that gpu.js puts before each, and remarks: compiling
 * takes half the time. `end` is where the library ends; the functions in it end with a brace of their own line.
 */
export function prune(text: string, end: number): string {
  const library = text.slice(0, end);
  const rest = text.slice(end);
  const bodies = new Map<string, string>();
  for (const [body, name] of library.matchAll(functions)) bodies.set(name, (bodies.get(name) ?? "") + body);
  const needed = new Set<string>();
  const need = (source: string) => {
    for (const [name] of source.matchAll(called)) {
      const body = bodies.get(name);
      if (body === undefined || needed.has(name)) continue;
      needed.add(name);
      need(body);
    }
  };
  need(rest);
  const keep = (match: string, name: string) => (needed.has(name) ? match : "");
  return (
    library
      .replace(functions, keep)
      .replace(prototypes, keep)
      .replace(/^ *\/\/.*\n/gm, "")
      .replace(/\n{2,}/g, "\n") + rest
  );
}
