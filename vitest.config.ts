import { existsSync, readdirSync } from "node:fs";
import { defineConfig } from "vitest/config";

// Where the machine has no Vulkan driver of its own, WebGPU runs on the software one that Debian's Chromium brings.
const ownDrivers = ["/etc/vulkan/icd.d", "/usr/share/vulkan/icd.d"].some(
  (dir) => existsSync(dir) && readdirSync(dir)[0],
);
const software = "/usr/lib/chromium/vk_swiftshader_icd.json";
if (!ownDrivers && existsSync(software)) process.env.VK_ICD_FILENAMES ??= software;

export default defineConfig({
  // Packages resolve to their sources, so tests need no build.
  resolve: { conditions: ["@nn/source"] },
  ssr: { resolve: { conditions: ["@nn/source", "node", "import", "default"] } },
  test: {
    include: ["{packages,tooling,apps,examples}/*/src/**/*.test.ts", "tooling/scripts/**/*.test.mjs"],
    setupFiles: ["tooling/conformance/src/test-restore-backend.ts"],
    pool: "threads",
    isolate: false,
    // No test measures time; on a busy machine a test of a second may take ten.
    testTimeout: 30_000,
  },
});
