import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

const FOLDERS = "{bin,harness,kernels,reference,submissions,scripts}";
/** Tests that `npm test` leaves out: they start many processes, or need a browser, or minutes. */
const named = (sort: string) => [`${FOLDERS}/**/*.${sort}.test.ts`];
const APART = ["process", "browser", "long", "variants"].flatMap(named);

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
      { extends: true, test: { name: "browser", include: named("browser"), fileParallelism: false } },
      { extends: true, test: { name: "processes", include: named("process") } },
      { extends: true, test: { name: "long", include: named("long"), testTimeout: 900_000 } },
      { extends: true, test: { name: "variants", include: named("variants") } },
    ],
  },
});
