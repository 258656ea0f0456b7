import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@nn/source"] },
  ssr: { resolve: { conditions: ["@nn/source", "node", "import", "default"] } },
  test: {
    include: ["{packages,tooling,apps,examples}/*/src/**/*.test.ts"],
    pool: "threads",
    isolate: false,
  },
});
