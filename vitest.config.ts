import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [
    {
      name: "wgsl-as-text",
      load(id) {
        if (!id.endsWith(".wgsl")) return undefined;
        return `export default ${JSON.stringify(readFileSync(id, "utf8"))};`;
      },
    },
  ],
  test: {
    include: ["{bin,harness,kernels,reference,submissions,scripts}/**/*.test.ts"],
    globalSetup: ["bin/build-before-tests.js", "harness/gpu/vitest-setup.ts"],
    pool: "forks",
    // Kernels on a software adapter leave cores idle now and then: as many files at once as there are cores.
    maxWorkers: "100%",
    // No test depends on timing: these only end what hangs, on the busiest of machines.
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
