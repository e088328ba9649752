/** A threat: the attempt, the defence, and the tests that show it. */
export interface Threat {
  readonly row: number;
  /** What a submission attempts. */
  readonly attempt: string;
  /** The defence, in one sentence. */
  readonly barrier: string;
  /** Tests that show it, besides the corpus or if a submission cannot: files, with a word each. */
  readonly elsewhere: string;
}

/** Tests with names and messages that contain the format's syntax. */
const REPORT_TESTS = [
  "html/page-shell.test.ts, html/index.browser.test.ts and feedback/feedback.browser.test.ts (pages)",
  "reports.test.ts, cases-csv.test.ts and gradebook.test.ts (CSV)",
  "junit-xml.test.ts",
  "annotations.test.ts",
  "markdown-text.test.ts",
  "gradescope.test.ts",
  "attempt-text.test.ts and compare-runs.test.ts (terminals)",
]
  .map((tests) => `harness/report/${tests}`)
  .join("; ");

/** All known attempts; the source of `docs/threats.md`. */
export const threats: readonly Threat[] = [
  {
    row: 1,
    attempt: "patch a timer, a global, a prototype",
    barrier: "A candidate's code runs in a separate engine and returns only data.",
    elsewhere: "harness/submission/sandbox.test.ts",
  },
  {
    row: 2,
    attempt: "read the reference, a file, the environment, the network",
    barrier: "The engine has none of them, and imports resolve only within the candidate's folder.",
    elsewhere: "harness/submission/bundle.test.ts",
  },
  {
    row: 3,
    attempt: "import a neighbour's file, a path, an address, a package, a link",
    barrier: "The harness resolves every import; links and computed paths are refused.",
    elsewhere: "harness/submission/bundle.test.ts (links)",
  },
  {
    row: 4,
    attempt: "endless or gigantic modules and plans",
    barrier:
      "Separate processes bundle modules and make plans. Their time, memory and results are limited, and so is the work for compilers.",
    elsewhere:
      "harness/submission/sandbox.test.ts; harness/submission/check-plan.test.ts; harness/worker/bundler.test.ts; scripts/fuzz/fuzz.test.ts (growth)",
  },
  {
    row: 5,
    attempt: "a different plan at the second call, by date, by chance",
    barrier: "There is no clock, random numbers are seeded, and each call gets a fresh state: a shape has one plan.",
    elsewhere: "harness/submission/sandbox.test.ts",
  },
  {
    row: 6,
    attempt: "kernels that hang",
    barrier: "Every step has a time limit, after which the worker is killed; the next submission gets a new one.",
    elsewhere: "harness/run/grader.test.ts",
  },
  {
    row: 7,
    attempt: "lose the device, use up its memory, crash the driver",
    barrier: "Only the worker loads the driver, never the process with the run's state.",
    elsewhere: "harness/run/grader.test.ts (workers that are killed)",
  },
  {
    row: 8,
    attempt: "write nothing, or only a part",
    barrier: "Outputs are poisoned before every run; elements that keep the poison were never written.",
    elsewhere: "harness/judge/judge.test.ts",
  },
  {
    row: 9,
    attempt: "zeros, constants, means, copies of an input; wrong elements behind decoys",
    barrier:
      "Each element has its own bound, from its rounding errors; elements that differ most from the plain kernel are judged or sampled.",
    elsewhere: "harness/judge/hidden-elements.test.ts",
  },
  {
    row: 10,
    attempt: "stored answers, fast paths for published shapes",
    barrier: "Inputs and some shapes are generated from a secret seed.",
    elsewhere: "",
  },
  {
    row: 11,
    attempt: "replay an earlier run's results",
    barrier: "Scratch is zeroed and outputs are poisoned before every run, timed ones too.",
    elsewhere: "harness/measure/measure-shape.test.ts",
  },
  {
    row: 12,
    attempt: "recognise the poison",
    barrier: "The poison is random in every run, timed or checked: sometimes NaNs, sometimes plausible numbers.",
    elsewhere: "harness/judge/judge.test.ts",
  },
  {
    row: 13,
    attempt: "work when checked, idle when timed",
    barrier: "Nothing survives a run, and outputs of timed runs are judged.",
    elsewhere: "harness/measure/measure-shape.test.ts",
  },
  {
    row: 14,
    attempt: "work once for a batch, keep prepared weights",
    barrier: "Each run has its own inputs, outputs and timestamps; a random output is read back.",
    elsewhere: "harness/measure/measure-shape.test.ts",
  },
  {
    row: 15,
    attempt: "work before the clock starts or after it stops",
    barrier: "All passes run between the two timestamps, in one compute pass.",
    elsewhere: "",
  },
  {
    row: 16,
    attempt: "half precision, dropped terms, fewer rounds",
    barrier: "On plain data the error may be at most 32 times that of the plain kernel.",
    elsewhere: "kernels/*/*/variants.test.ts",
  },
  {
    row: 17,
    attempt: "correct only for tiny shapes, full tiles, one kind of data",
    barrier: "The task's shapes and data cover them; measured shapes are also checked on every kind of data.",
    elsewhere: "kernels/*/*/variants.test.ts; harness/worker/other-data.test.ts",
  },
  {
    row: 18,
    attempt: "NaN, infinities, denormals, -0",
    barrier: "NaN equals nothing, and an error that is not a number exceeds every bound.",
    elsewhere: "harness/judge/tally.test.ts",
  },
  {
    row: 19,
    attempt: "write inputs, alias buffers",
    barrier: "Inputs are bound read-only, each buffer once per pass; WebGPU refuses the rest.",
    elsewhere: "harness/gpu/program.test.ts",
  },
  {
    row: 20,
    attempt: "read or write out of bounds",
    barrier:
      "Each case runs once with guard zones after its buffers: a kernel that writes there, or whose result depends on them, is wrong.",
    elsewhere: "harness/gpu/workspace.test.ts; harness/judge/judge.test.ts",
  },
  {
    row: 21,
    attempt: "races",
    barrier: "Every case runs several times, and the worst run counts.",
    elsewhere: "",
  },
  {
    row: 22,
    attempt: "more scratch than allowed, in one buffer or in many",
    barrier: "The total size of all buffers is checked before any is created.",
    elsewhere: "harness/submission/check-plan.test.ts",
  },
  {
    row: 23,
    attempt: "times shorter than the hardware allows",
    barrier: "Each shape is compared with the measured roofline before any mean is taken.",
    elsewhere: "harness/measure/roofline.test.ts",
  },
  {
    row: 24,
    attempt: "formulas, markup, escapes, annotations in names and messages",
    barrier: "Every report escapes for its own format.",
    elsewhere: REPORT_TESTS,
  },
  {
    row: 25,
    attempt: "folders named `CON`, 300 characters, not UTF-8, differing only in case",
    barrier: "They are refused by name, or graded separately with a warning; no other candidate is affected.",
    elsewhere: "harness/submission/read.test.ts; scripts/redteam/redteam.test.ts",
  },
  {
    row: 26,
    attempt: "a pull request that changes the harness",
    barrier: "Continuous integration grades with the base branch's harness, and refuses such a change.",
    elsewhere: "harness/cli/ci.test.ts",
  },
  {
    row: 27,
    attempt: "require features that the adapter lacks, to get no mark instead of no points",
    barrier:
      "Only features that a kernel can use may be required; a submission that needs a missing one awaits manual review, and its points stay in the maximum.",
    elsewhere: "harness/submission/check-plan.test.ts; harness/marks/marks.test.ts",
  },
  {
    row: 28,
    attempt: "crash the harness, to get no mark instead of no points",
    barrier:
      "A worker that dies twice under a submission is the submission's fault; any other fault awaits manual review, and its points stay in the maximum.",
    elsewhere: "harness/worker/judge-in-worker.test.ts; harness/run/grader.test.ts",
  },
];
