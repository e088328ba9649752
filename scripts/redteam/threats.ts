/** A row of threats: the attempt, the barrier, and the evidence. */
export interface Threat {
  readonly row: number;
  /** The attack. */
  readonly attempt: string;
  /** The defence, in one sentence. */
  readonly barrier: string;
  /** Test files that show it in addition to the corpus, or if no submission can. */
  readonly elsewhere: readonly string[];
}

/** Each tests names and messages that its format would interpret. */
const REPORT_TESTS = [
  "harness/report/ci/annotations.test.ts",
  "harness/report/ci/junit-xml.test.ts",
  "harness/report/ci/markdown-text.test.ts",
  "harness/report/compare-runs.test.ts",
  "harness/report/feedback/feedback.browser.test.ts",
  "harness/report/gradebooks/gradebook.test.ts",
  "harness/report/gradebooks/gradescope.test.ts",
  "harness/report/html/index.browser.test.ts",
  "harness/report/html/page-shell.test.ts",
  "harness/report/reports.test.ts",
  "harness/report/tables/cases-csv.test.ts",
  "harness/report/terminal/attempt-text.test.ts",
];

/** All known attacks. `docs/threats.md` is generated from them. */
export const threats: readonly Threat[] = [
  {
    row: 1,
    attempt: "patch a timer, a global, a prototype",
    barrier: "A candidate's code runs in a separate engine, and returns only data.",
    elsewhere: ["harness/plan/sandbox.test.ts"],
  },
  {
    row: 2,
    attempt: "read the reference, a file, the environment, the network",
    barrier: "The engine has none of them, and imports are limited to the candidate's own folder.",
    elsewhere: ["harness/submission/bundle.test.ts"],
  },
  {
    row: 3,
    attempt: "import a neighbour's file, a path, an address, a package, a link",
    barrier: "Kernelmark resolves every import; links and computed paths are refused.",
    elsewhere: ["harness/submission/bundle.test.ts"],
  },
  {
    row: 4,
    attempt: "endless or gigantic modules and plans",
    barrier:
      "Modules are bundled, and plans made, in separate processes with limits on time, memory and results, and on the work that they give to compilers.",
    elsewhere: [
      "harness/plan/sandbox.test.ts",
      "harness/plan/check-plan.test.ts",
      "harness/worker/bundler.process.test.ts",
      "scripts/fuzz/fuzz.test.ts",
      "scripts/fuzz/growth.long.test.ts",
    ],
  },
  {
    row: 5,
    attempt: "another plan on the second call, by date, by chance",
    barrier: "There is no clock, randomness is seeded, and each call has a fresh state, so a shape has one plan.",
    elsewhere: ["harness/plan/sandbox.test.ts"],
  },
  {
    row: 6,
    attempt: "kernels that hang",
    barrier: "Every step has a time limit, at which the worker is killed; the next submission gets another.",
    elsewhere: ["harness/run/judging-service.process.test.ts"],
  },
  {
    row: 7,
    attempt: "lose the device, use up its memory, crash the driver",
    barrier: "Only the worker loads the driver, never the process with the run's state.",
    elsewhere: ["harness/run/judging-service.process.test.ts"],
  },
  {
    row: 8,
    attempt: "write nothing, or not all",
    barrier: "Outputs are filled with poison before every run; an element that still contains it was never written.",
    elsewhere: ["harness/judge/judge.test.ts"],
  },
  {
    row: 9,
    attempt: "zeros, constants, means, copies of an input; wrong elements behind decoys",
    barrier:
      "Each element has its own bound, from its rounding errors; rows that stand out from the plain kernel are judged, or a random sample of them.",
    elsewhere: ["harness/judge/hidden-elements.test.ts"],
  },
  {
    row: 10,
    attempt: "stored answers, fast paths for published shapes",
    barrier: "Inputs and some shapes are generated from a secret seed.",
    elsewhere: [],
  },
  {
    row: 11,
    attempt: "replay an earlier run's results",
    barrier: "Scratch is zeroed and outputs are poisoned before every run, including timed ones.",
    elsewhere: ["harness/measure/measure-shape.test.ts"],
  },
  {
    row: 12,
    attempt: "recognise the poison",
    barrier: "Every run has new poison, sometimes NaNs, sometimes plausible numbers, whether it is checked or timed.",
    elsewhere: ["harness/judge/judge.test.ts"],
  },
  {
    row: 13,
    attempt: "work when checked, idle when timed",
    barrier: "Nothing survives a run, and outputs of timed runs are judged.",
    elsewhere: ["harness/measure/measure-shape.test.ts"],
  },
  {
    row: 14,
    attempt: "work once for a batch, keep prepared weights",
    barrier: "Each run has its own inputs, outputs and timestamps; the output to read back is chosen at random.",
    elsewhere: ["harness/measure/measure-shape.test.ts"],
  },
  {
    row: 15,
    attempt: "work before the clock starts or after it stops",
    barrier: "All passes run between the two timestamps, in one compute pass.",
    elsewhere: [],
  },
  {
    row: 16,
    attempt: "half precision, dropped terms, fewer rounds",
    barrier: "On plain data the error may be at most 32 times that of the plain kernel.",
    elsewhere: ["kernels/*/tasks.variants.test.ts"],
  },
  {
    row: 17,
    attempt: "correct only for tiny shapes, full tiles, one kind of data",
    barrier: "A task has many shapes and kinds of data; measured shapes are checked on every kind of data too.",
    elsewhere: ["kernels/*/tasks.variants.test.ts", "harness/bench/other-data.test.ts"],
  },
  {
    row: 18,
    attempt: "NaN, infinities, denormals, -0",
    barrier: "NaN equals nothing, and an error of NaN exceeds every bound.",
    elsewhere: ["harness/judge/tally.test.ts"],
  },
  {
    row: 19,
    attempt: "write inputs, alias buffers",
    barrier: "Inputs are bound read-only, each buffer once in a pass; WebGPU refuses the rest.",
    elsewhere: ["harness/gpu/program.test.ts"],
  },
  {
    row: 20,
    attempt: "read or write out of bounds",
    barrier:
      "Each case runs once with guard zones behind its buffers: a kernel that writes there, or whose result depends on them, is wrong.",
    elsewhere: ["harness/gpu/workspace.test.ts", "harness/judge/judge.test.ts"],
  },
  {
    row: 21,
    attempt: "races",
    barrier: "Every case runs several times, and the worst run counts.",
    elsewhere: [],
  },
  {
    row: 22,
    attempt: "more scratch than allowed, in one buffer or in many",
    barrier: "The total size is checked before any buffer is made.",
    elsewhere: ["harness/plan/check-plan.test.ts"],
  },
  {
    row: 23,
    attempt: "times that the hardware cannot reach",
    barrier: "Each shape is compared with the measured roofline before any mean is computed.",
    elsewhere: ["harness/measure/roofline.test.ts"],
  },
  {
    row: 24,
    attempt: "formulas, markup, escapes, annotations in names and messages",
    barrier: "Every report escapes for its own format.",
    elsewhere: REPORT_TESTS,
  },
  {
    row: 25,
    attempt: "folders named `CON`, with 300 characters, not in UTF-8, or different only in case",
    barrier: "They are refused by name, or graded separately with a warning; other candidates are not affected.",
    elsewhere: ["harness/submission/read.test.ts", "scripts/redteam/redteam.test.ts"],
  },
  {
    row: 26,
    attempt: "a pull request that changes the harness",
    barrier: "Continuous integration grades with the base branch's harness, and refuses such a change.",
    elsewhere: ["harness/cli/ci.process.test.ts"],
  },
  {
    row: 27,
    attempt: "require a feature that the adapter lacks, to get no mark instead of zero points",
    barrier:
      "Only features that a kernel can use may be required; a submission whose feature is missing is held for a person, and its points stay in the maximum.",
    elsewhere: ["harness/plan/check-plan.test.ts", "harness/marks/marks.test.ts"],
  },
  {
    row: 28,
    attempt: "crash the harness, to get no mark instead of zero points",
    barrier:
      "If a worker dies twice on a submission, the submission is at fault; after any other failure it is held for a person, and its points stay in the maximum.",
    elsewhere: ["harness/worker/judge-in-worker.process.test.ts", "harness/run/judging-service.process.test.ts"],
  },
];
