import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

const FOLDERS = "{bin,harness,kernels,reference,submissions,scripts}";
const named = (sort: string) => [`${FOLDERS}/**/*.${sort}.test.ts`];
/** Tests that `npm test` leaves out: they start many processes, or need a browser, or minutes. */
const LEFT_OUT = ["process", "browser", "long", "variants"].flatMap(named);
/** Tests that replace modules (`vi.mock`), which lasts as long as their process. */
const ISOLATED = named("isolated");

/**
 * Tests of what a candidate's commands do on the user's own machine: of the folders that they import, and of the
 * commands. Not of marks, reports, intake, fleets and proofs, which instructors use on Linux. The workflow runs them on
 * macOS and Windows.
 */
const CANDIDATE = [
  "harness/{system,files,text,platform,adapter,wgsl,catalog,submission,gpu,measure,judge,worker}/**/*.test.ts",
  "harness/cli/{bench,budget,check,check-watch,choose-cases,describe-task,evaluate-case,failure,init}*.test.ts",
  "harness/cli/{learning-path,list-tasks,main,next-task,tasks-and-oracle,candidate-shells,other-systems}*.test.ts",
  "bin/kernelmark.test.ts",
];

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
      // Files share processes, and each process imports a module once: for small files, that halves the processor time.
      {
        extends: true,
        test: {
          ...{ name: "quick", isolate: false },
          include: [`${FOLDERS}/**/*.test.ts`],
          exclude: [...LEFT_OUT, ...ISOLATED],
        },
      },
      { extends: true, test: { name: "isolated", include: ISOLATED } },
      // One file after the other: the first unpacks Chromium.
      { extends: true, test: { name: "browser", include: named("browser"), fileParallelism: false } },
      { extends: true, test: { name: "processes", include: named("process") } },
      { extends: true, test: { name: "long", include: named("long"), testTimeout: 900_000 } },
      { extends: true, test: { name: "variants", include: named("variants") } },
      {
        extends: true,
        test: { name: "candidate", include: CANDIDATE, exclude: ["browser", "long", "variants"].flatMap(named) },
      },
    ],
  },
});
