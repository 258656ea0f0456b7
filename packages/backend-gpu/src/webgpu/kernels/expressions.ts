import { helpers } from "../../kernels/helpers.js";

/*
 * The texts of kernels/expressions.ts in WGSL. They use so little of the language that it takes a few replacements; what
 * shading languages leave open is written out in them, so one text is right everywhere.
 */

/** Statements in WGSL; `nan` and `infinity` must be declared. */
export function inWGSL(statements: string): string {
  return statements
    .replace(/\blet\b/g, "var")
    .replace(/\bconst\b/g, "let")
    .replace(/Math\./g, "")
    .replace(/([=!]=)=/g, "$1");
}

const types = { Integer: "i32", Number: "f32" } as const;

/** The functions that statements call. */
export function helpersOf(statements: string): string {
  return helpers
    .filter(({ name }) => statements.includes(`${name}(`))
    .map(({ name, parameters, returns, body, wgsl }) => {
      const list = parameters.map(([parameter, type]) => `${parameter} : ${types[type]}`);
      const text = wgsl?.replace(/\buser_/g, "") ?? inWGSL(body);
      return `fn ${name}(${list.join(", ")}) -> ${types[returns]} { ${text} }\n`;
    })
    .join("");
}
