// npm test: installs everything that the lockfile names, then runs the full gate.
import "./lib/node-version.mjs";
import { fullyInstalled, pnpm } from "./lib/pnpm.mjs";

if (!fullyInstalled()) {
  console.log("Installing …");
  const { code, output } = await pnpm(["install", "--frozen-lockfile"], { env: { CI: "true" } });
  if (code !== 0) {
    console.log(output);
    console.log("\n0 passed, 1 failed");
    process.exit(code);
  }
}

const { code } = await pnpm(["--silent", "check", ...process.argv.slice(2)], { inherit: true });
process.exit(code);
