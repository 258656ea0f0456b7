// Runs vitest over the workspace and ends with the counts.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./lib/pnpm.mjs";
import { readJson, root } from "./lib/workspace.mjs";

const folder = mkdtempSync(join(tmpdir(), "nn-tests-"));
const report = join(folder, "report.json");
const vitest = join(root, "node_modules/vitest/vitest.mjs");
const { code, output } = await run(process.execPath, [
  vitest,
  "run",
  "--passWithNoTests",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
]);
if (code !== 0) console.log(output);
try {
  const result = readJson(report);
  const skipped = result.numPendingTests + result.numTodoTests;
  const files = new Set(result.testResults.filter((file) => file.status === "failed").map((file) => file.name));
  const failed = Math.max(result.numFailedTests, files.size);
  console.log(`${result.numPassedTests} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`);
} catch {
  console.log(code === 0 ? "vitest wrote no report" : "0 passed, 1 failed");
}
rmSync(folder, { recursive: true, force: true });
process.exitCode = code;
