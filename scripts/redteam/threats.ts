/** A row of threats: what is tried, what stops it, and what shows that. */
export interface Threat {
  readonly row: number;
  /** What a submission attempts. */
  readonly attempt: string;
  /** The barrier, in a sentence. */
  readonly barrier: string;
  /** Test files that show it in addition to the corpus, or if no submission can. */
  readonly elsewhere: readonly string[];
}

/** Each has names and messages that its format would obey. */
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

/** All that submissions are known to try. `docs/threats.md` is made of it. */
export const threats: readonly Threat[] = [
  {
    row: 1,
    attempt: "patch a timer, a global, a prototype",
    barrier: "A candidate's code runs in an engine of its own, and gives back data.",
    elsewhere: ["harness/submission/sandbox.test.ts"],
  },
  {
    row: 2,
    attempt: "read the reference, a file, the environment, the network",
    barrier: "The engine has none of them, and an import leads into the candidate's own folder.",
    elsewhere: ["harness/submission/bundle.test.ts"],
  },
  {
    row: 3,
    attempt: "import a neighbour's file, a path, an address, a package, a link",
    barrier: "Every import is answered by the harness; links and computed paths are refused.",
    elsewhere: ["harness/submission/bundle.test.ts"],
  },
  {
    row: 4,
    attempt: "endless or gigantic modules and plans",
    barrier:
      "Modules are bundled and plans made in processes of their own, whose time, memory and results are limited, and so is what they give compilers to do.",
    elsewhere: [
      "harness/submission/sandbox.test.ts",
      "harness/submission/check-plan.test.ts",
      "harness/worker/bundler.test.ts",
      "scripts/fuzz/fuzz.test.ts",
    ],
  },
  {
    row: 5,
    attempt: "another plan at the second call, by date, by chance",
    barrier: "No clock, seeded chance, a fresh state for each call: a shape has one plan.",
    elsewhere: ["harness/submission/sandbox.test.ts"],
  },
  {
    row: 6,
    attempt: "kernels that never end",
    barrier: "Every step has a limit, at whose end the worker is killed; the next submission gets another.",
    elsewhere: ["harness/run/grader.test.ts"],
  },
  {
    row: 7,
    attempt: "lose the device, use up its memory, crash the driver",
    barrier: "The driver is loaded in the worker alone, never where the run's state is.",
    elsewhere: ["harness/run/grader.test.ts"],
  },
  {
    row: 8,
    attempt: "write nothing, or not all",
    barrier: "Outputs hold a poison before every run; what still holds it was never written.",
    elsewhere: ["harness/judge/judge.test.ts"],
  },
  {
    row: 9,
    attempt: "zeros, constants, means, copies of an input; wrong elements behind decoys",
    barrier:
      "The bound is each element's own, from its rounding errors; what stands out from the plain kernel is judged, or drawn from.",
    elsewhere: ["harness/judge/hidden-elements.test.ts"],
  },
  {
    row: 10,
    attempt: "stored answers, fast paths for published shapes",
    barrier: "Inputs and some shapes are drawn from a secret seed.",
    elsewhere: [],
  },
  {
    row: 11,
    attempt: "replay what an earlier run left",
    barrier: "Scratch is zeroed and outputs are poisoned before every run, timed ones too.",
    elsewhere: ["harness/measure/measure-shape.test.ts"],
  },
  {
    row: 12,
    attempt: "recognise the poison",
    barrier: "It is drawn anew for every run: sometimes NaNs, sometimes plausible numbers, when timed as when checked.",
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
    barrier: "Each run has inputs, outputs and timestamps of its own; which output is read back is drawn at random.",
    elsewhere: ["harness/measure/measure-shape.test.ts"],
  },
  {
    row: 15,
    attempt: "work before the clock starts or after it stops",
    barrier: "All passes lie between the two timestamps, in one compute pass.",
    elsewhere: [],
  },
  {
    row: 16,
    attempt: "half precision, dropped terms, fewer rounds",
    barrier: "On plain data the error may be at most 32 times that of the plain kernel.",
    elsewhere: ["kernels/*/*/variants.test.ts"],
  },
  {
    row: 17,
    attempt: "right for tiny shapes, whole tiles, one kind of data only",
    barrier: "Shapes and data of the task; shapes that are measured are checked on every kind of data too.",
    elsewhere: ["kernels/*/*/variants.test.ts", "harness/worker/other-data.test.ts"],
  },
  {
    row: 18,
    attempt: "NaN, infinities, denormals, -0",
    barrier: "NaN equals nothing, and an error that is no number is above every bound.",
    elsewhere: ["harness/judge/tally.test.ts"],
  },
  {
    row: 19,
    attempt: "write inputs, alias buffers",
    barrier: "Inputs are bound for reading only, each buffer once in a pass; WebGPU refuses the rest.",
    elsewhere: ["harness/gpu/program.test.ts"],
  },
  {
    row: 20,
    attempt: "read or write out of bounds",
    barrier:
      "Each case runs once with guard zones behind its buffers: what is written there, or decides from there, is wrong.",
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
    barrier: "The sum of all buffers is checked before any is made.",
    elsewhere: ["harness/submission/check-plan.test.ts"],
  },
  {
    row: 23,
    attempt: "times below what the hardware can do",
    barrier: "Each shape is compared with the measured roofline before any mean is taken.",
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
    attempt: "folders named `CON`, 300 characters, not UTF-8, alike but for case",
    barrier: "Refused by name, or graded apart with a remark; nobody else is touched.",
    elsewhere: ["harness/submission/read.test.ts", "scripts/redteam/redteam.test.ts"],
  },
  {
    row: 26,
    attempt: "a pull request that changes the harness",
    barrier: "Continuous integration grades with the base branch's harness, and refuses such a change.",
    elsewhere: ["harness/cli/ci.test.ts"],
  },
  {
    row: 27,
    attempt: "require what the adapter lacks, to get no mark instead of no points",
    barrier:
      "Only features that a kernel can use may be required; what needs one that is lacking is held for a person, and its points stay in the maximum.",
    elsewhere: ["harness/submission/check-plan.test.ts", "harness/marks/marks.test.ts"],
  },
  {
    row: 28,
    attempt: "bring the harness down, to get no mark instead of no points",
    barrier:
      "A worker that dies twice under a submission is the submission's doing; any other fault is held for a person, and its points stay in the maximum.",
    elsewhere: ["harness/worker/judge-in-worker.test.ts", "harness/run/grader.test.ts"],
  },
];
