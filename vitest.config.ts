import { defineConfig } from "vitest/config";

export default defineConfig({
  // Packages resolve to their sources, so tests need no build.
  resolve: { conditions: ["@nn/source"] },
  ssr: { resolve: { conditions: ["@nn/source", "node", "import", "default"] } },
  test: {
    include: ["{packages,tooling,apps,examples}/*/src/**/*.test.ts", "tooling/scripts/**/*.test.mjs"],
    pool: "threads",
    isolate: false,
  },
});
