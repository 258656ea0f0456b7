// pnpm version-packages: `changeset version`, but below 1.0 the largest step is a minor one. On its own, changesets makes
// every package whose peer moves by a minor step go to 1.0.0, because ^0.1.0 does not hold 0.2.0.
import applyReleasePlan from "@changesets/apply-release-plan";
import { read } from "@changesets/config";
import getReleasePlan from "@changesets/get-release-plan";
import { getPackages } from "@manypkg/get-packages";
import { root } from "./lib/workspace.mjs";

const workspace = await getPackages(root);
const config = await read(root, workspace);
const plan = await getReleasePlan(root);
for (const release of plan.releases) {
  const [major, minor] = release.oldVersion.split(".").map(Number);
  if (major > 0 || release.type !== "major") continue;
  release.type = "minor";
  release.newVersion = `0.${minor + 1}.0`;
}
await applyReleasePlan(plan, workspace, config);
for (const { name, oldVersion, newVersion } of plan.releases) {
  if (newVersion !== oldVersion) console.log(`${name}  ${oldVersion} -> ${newVersion}`);
}
