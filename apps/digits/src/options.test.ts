import { CommanderError } from "commander";
import { describe, expect, it } from "vitest";
import { parseOptions } from "./options.js";

/** What the command line writes, and the code it exits with. */
function refusal(...args: string[]): { text: string; exitCode: number } {
  let text = "";
  const sink = { writeOut: (more: string) => (text += more), writeErr: (more: string) => (text += more) };
  try {
    parseOptions(args, sink);
  } catch (error) {
    if (error instanceof CommanderError) return { text, exitCode: error.exitCode };
    throw error;
  }
  throw new Error("the command line was accepted");
}

describe("parseOptions", () => {
  it("keeps what was given apart from the defaults", () => {
    const options = parseOptions(["--epochs", "3", "--lr", "0.01", "--out", "a/b", "--json", "m.json", "--resume"]);
    expect(options).toEqual({
      given: { epochs: 3, lr: 0.01 },
      out: "a/b",
      json: "m.json",
      resume: true,
      data: undefined,
    });
    expect(parseOptions([])).toEqual({
      given: {},
      out: "runs/digits",
      json: undefined,
      resume: false,
      data: undefined,
    });
  });

  it.each([
    [["--epochs", "three"], "option '--epochs <count>' argument 'three' is invalid. Expected a whole number from 1 to"],
    [["--epochs", "0"], "argument '0' is invalid. Expected a whole number from 1 to 1000"],
    [["--epochs", "2.5"], "argument '2.5' is invalid. Expected a whole number"],
    [["--batch-size", "-4"], "option '--batch-size <count>' argument '-4' is invalid. Expected a whole number"],
    [["--lr", "fast"], "option '--lr <rate>' argument 'fast' is invalid. Expected a number above 0"],
    [["--lr", "Infinity"], "argument 'Infinity' is invalid. Expected a number above 0, at most 1"],
    [["--seed", "1e400"], "option '--seed <number>' argument '1e400' is invalid. Expected a whole number"],
    [["--backend", "abacus"], "option '--backend <name>' argument 'abacus' is invalid. Allowed choices are wasm, cpu"],
    [["--threads", "0"], "option '--threads <count>' argument '0' is invalid. Expected a whole number from 1 to 64"],
    [["--out", ""], "option '--out <folder>' argument '' is invalid. Expected a path"],
    [["--json"], "option '--json <file>' argument missing"],
    [["--epoch", "3"], "unknown option '--epoch'\n(Did you mean --epochs?)"],
    [["fast"], "unexpected argument 'fast'. Expected options such as --seed 3"],
  ])("refuses %j", (args, message) => {
    const { text, exitCode } = refusal(...args);
    expect(text).toContain(`error: `);
    expect(text).toContain(message);
    expect(text).toContain("npm start -- --help");
    expect(exitCode).toBe(1);
  });

  it("shows every option with its default", () => {
    const { text, exitCode } = refusal("--help");
    expect(exitCode).toBe(0);
    for (const flag of [
      "--epochs",
      "--batch-size",
      "--lr",
      "--seed",
      "--backend",
      "--threads",
      "--out",
      "--json",
      "--resume",
    ]) {
      expect(text).toContain(flag);
    }
    expect(text).toContain('(default: "runs/digits")');
  });
});
