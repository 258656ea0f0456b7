import { describe, expect, it } from "vitest";
import { parseOptions } from "./options.js";

function messageOf(args: readonly string[]): { text: string; exitCode: number } {
  let text = "";
  const write = (part: string) => {
    text += part;
  };
  try {
    parseOptions(args, { writeOut: write, writeErr: write });
  } catch (error) {
    return { text, exitCode: (error as { exitCode: number }).exitCode };
  }
  throw new Error("expected an error");
}

describe("parseOptions", () => {
  it("has defaults for writing, and leaves settings that were not given open", () => {
    const options = parseOptions([]);
    expect(options).toMatchObject({ given: {}, out: "runs/write", sample: false, resume: false, temperature: 0.7 });
  });

  it("reads all flags", () => {
    const line =
      "--minutes 0.5 --epochs 3 --hidden 64 --embedding 8 --batch-size 4 --steps 20 --lr 0.01 --dropout 0 --characters 5000 " +
      "--seed 7 --backend cpu --threads 1 --out here --json there.json --checkpoint file --sample --prompt Ahab --temperature 0 --length 9";
    expect(parseOptions(line.split(" "))).toEqual({
      given: {
        minutes: 0.5,
        epochs: 3,
        hidden: 64,
        embedding: 8,
        batchSize: 4,
        steps: 20,
        lr: 0.01,
        dropout: 0,
        characters: 5000,
        seed: 7,
        backend: "cpu",
      },
      threads: 1,
      out: "here",
      json: "there.json",
      checkpoint: "file",
      resume: false,
      sample: true,
      prompt: "Ahab",
      temperature: 0,
      length: 9,
    });
  });

  it.each([
    ["--minutes 0", "Expected a number above 0, at most 10000."],
    ["--temperature hot", "Expected a number from 0 to 10."],
    ["--dropout 1", "Expected a number from 0 to below 1."],
    ["--hidden 2.5", "Expected a whole number from 1 to 4096."],
    ["--characters 10", "Expected a whole number from 2000 to 2000000."],
    ["--backend abacus", "Allowed choices are"],
    ["--tempo 3", "unknown option '--tempo'"],
    ["Ahab", "unexpected argument 'Ahab'"],
  ])("refuses %s", (line, expected) => {
    const { text, exitCode } = messageOf(line.split(" "));
    expect(text).toContain(expected);
    expect(text).toContain(line.split(" ")[0]);
    expect(exitCode).toBe(1);
  });

  it("shows its help", () => {
    const { text, exitCode } = messageOf(["--help"]);
    expect(exitCode).toBe(0);
    for (const flag of ["--sample", "--prompt", "--temperature", "--checkpoint", "--minutes", "--json", "--threads"]) {
      expect(text).toContain(flag);
    }
  });
});
