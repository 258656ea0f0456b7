import { describe, expect, it } from "vitest";
import { brokenImports } from "./lib/import-rules.mjs";
import { below, mayImport } from "./lib/table.mjs";

const entry = { ".": {}, "./cases": {} };
const manifests = {
  ".": { devDependencies: { vitest: "*" } },
  "packages/backend": { exports: entry },
  "packages/tensor": { exports: entry, dependencies: { "@nn/backend": "*" } },
  "packages/layers": { exports: entry, peerDependencies: { "@nn/tensor": "*" } },
  "packages/conv": {
    exports: entry,
    peerDependencies: { "@nn/tensor": "*", "@nn/layers": "*" },
    devDependencies: { "@nn/recurrent": "*" },
  },
  "packages/recurrent": { exports: entry },
  "packages/optim": { exports: entry, peerDependencies: { "@nn/tensor": "*" }, devDependencies: { "@nn/layers": "*" } },
};
const check = (path, text) => brokenImports([{ path, text }], manifests);

describe("import directions", () => {
  it("lets through what the table allows", () => {
    expect(check("packages/conv/src/a.ts", 'import { x } from "@nn/tensor/cases"; import "./b.js";')).toEqual([]);
    expect(check("packages/optim/src/a.test.ts", 'import "@nn/layers"; import "vitest";')).toEqual([]);
  });

  it.each([
    ["packages/backend/src/a.ts", 'import { x } from "@nn/tensor";', /not among what @nn\/backend may import: nothing/],
    ["packages/tensor/src/a.ts", 'import type { X } from "@nn/layers";', /not among/],
    ["packages/tensor/src/a.ts", 'type X = import("@nn/layers").X;', /not among/],
    ["packages/tensor/src/a.ts", 'const x = await import("@nn/layers");', /not among/],
    ["packages/tensor/src/a.ts", 'export * from "@nn/layers";', /not among/],
    ["packages/optim/src/a.ts", 'import "@nn/layers";', /not among/],
    ["packages/tensor/src/a.test.ts", 'import "@nn/layers";', /stands above/],
    ["packages/conv/src/a.test.ts", 'import "@nn/recurrent";', /stay apart/],
    ["packages/layers/src/a.ts", 'import "@nn/tensor/src/internal.js";', /not exported/],
    ["packages/layers/src/a.ts", 'import "../../tensor/src/index.js";', /leaves the package/],
    ["packages/layers/src/a.ts", 'import "lodash";', /not a dependency/],
    ["packages/layers/src/a.ts", 'import "vitest";', /not a dependency/],
    ["packages/layers/src/a.ts", 'import "node:fs";', /browsers/],
  ])("refuses in %s: %s", (path, text, problem) => {
    expect(check(path, text)).toEqual([expect.stringMatching(problem)]);
  });

  it("finds a cycle of run-time imports and lets types go around", () => {
    const a = { path: "packages/optim/src/a.ts", text: 'import "./b.js";' };
    const b = (text) => ({ path: "packages/optim/src/b.ts", text });
    expect(brokenImports([a, b('import { x } from "./a.js";')], manifests)).toHaveLength(1);
    expect(brokenImports([a, b('import type { X } from "./a.js";')], manifests)).toEqual([]);
  });

  it("has a table without cycles", () => {
    for (const name of Object.keys(mayImport)) expect(below(name).has(name)).toBe(false);
  });
});
