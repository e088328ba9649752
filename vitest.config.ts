import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

const FOLDERS = "{bin,harness,kernels,reference,submissions,scripts}";
/** Tests that need a browser, or minutes, say so in their names, and are not run by `npm test`. */
const APART = [`${FOLDERS}/**/*.browser.test.ts`, `${FOLDERS}/**/*.long.test.ts`];

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
    globalSetup: ["bin/temporary-folder-for-tests.js", "bin/build-before-tests.js", "harness/testing/vitest-setup.ts"],
    pool: "forks",
    // Kernels on a software adapter leave cores idle now and then: as many files at once as there are cores.
    maxWorkers: "100%",
    // No test depends on timing: these only end what hangs, on the busiest of machines.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    projects: [
      { extends: true, test: { name: "quick", include: [`${FOLDERS}/**/*.test.ts`], exclude: APART } },
      // One file after the other: the first unpacks Chromium.
      { extends: true, test: { name: "browser", include: [APART[0]!], fileParallelism: false } },
      { extends: true, test: { name: "long", include: [APART[1]!], testTimeout: 900_000 } },
    ],
  },
});
