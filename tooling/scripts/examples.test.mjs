import { describe, expect, it } from "vitest";
import { matches, withChecks } from "./lib/examples/assertions.mjs";
import { extract } from "./lib/examples/extract.mjs";

describe("examples in texts", () => {
  it("finds the blocks of Markdown and where they stand", () => {
    const found = extract(
      "a.md",
      "Text\n\n```ts\nconst a = 1;\n```\n```sh\nls\n```\n```ts no-run: needs a browser\nb();\n```\n",
    );
    expect(found).toEqual([
      { path: "a.md", line: 4, code: "const a = 1;", run: true },
      { path: "a.md", line: 10, code: "b();", run: false },
    ]);
  });

  it("finds the blocks of TSDoc comments", () => {
    const text = "let x;\n/**\n * Text.\n *\n * @example\n * ```ts\n * if (x) {\n *   f();\n * }\n * ```\n */\n";
    expect(extract("a.ts", text)).toEqual([{ path: "a.ts", line: 7, code: "if (x) {\n  f();\n}", run: true }]);
  });

  it("asks for a reason and for a block", () => {
    expect(extract("a.md", "```ts no-run\n```")[0].problem).toMatch(/reason/);
    expect(extract("a.ts", "/** @example f(1) */")[0].problem).toMatch(/no ```ts block/);
  });
});

describe("values in comments", () => {
  it("turns them into checks without moving lines", () => {
    expect(withChecks("f(1); // => 2")).toBe('__check(await (f(1)), "2", 1); // => 2');
    expect(withChecks("console.log(x); // => 2")).toBe('console.log(__check(await (x), "2", 1)); // => 2');
    expect(withChecks("const a = f(); // => 2")).toBe('const a = f();;__check(a, "2", 1); // => 2');
    expect(withChecks("f();\n// => a\n//    b")).toBe('__check(await (f()), "a\\nb", 2);\n// => a\n//    b');
    expect(() => withChecks("// => 2")).toThrow(/nothing stands before/);
  });

  it.each([
    [3, "3"],
    [0.6931, "0.69"],
    [new Float32Array([1, 0.1]), "[1, 0.1]"],
    [[[1, 2], [3]], "[[1, 2], [3]]"],
    [{ a: -1, b: "x" }, '{ a: -1, b: "x" }'],
    ["f32 [2, 2]", "f32 [2, 2]"],
    [new Map([["a", 1]]), 'Map(1) { "a" … }'.replaceAll('"', "'")],
    [Number.NaN, "NaN"],
  ])("%o matches %s", (value, text) => expect(matches(value, text)).toBe(true));

  it.each([
    [3, "4"],
    [0.6931, "0.70"],
    [[1, 2], "[1, 2, 3]"],
    [{ a: 1, b: 2 }, "{ a: 1 }"],
    ["abc", "abd"],
  ])("%o does not match %s", (value, text) => expect(matches(value, text)).toBe(false));
});
