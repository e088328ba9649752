import type { Attempt } from "../results/attempt.ts";
import type { CaseResult } from "../results/case-result.ts";
import type { Evidence } from "../results/evidence.ts";
import type { Measured, ShapeMeasurement } from "../results/measurement.ts";
import type { Results } from "../results/results.ts";
import type { Verdict } from "../results/verdict.ts";
import { madeUpAttempt, madeUpRun } from "./made-up-run.ts";

/** Text of a candidate who tries to inject markup into a page. */
export const HOSTILE = "<img src=x onerror=alert(1)>`</script>*_[l](javascript:alert(1))|\u001b[31m\u202e@all";

export const SEED = "5eed0123456789abcdef5eed01234567";
const STARTED_AT = "2026-05-04T18:00:00Z";

/** A run for tests: several candidates, one attempt of every kind, and a hostile candidate. */
export function exampleRun(changes: Partial<Results> = {}): Results {
  const cohort = ["bea", "cem", "dan", "eli", "fay"].map((name, index) =>
    attempt(name, "softmax", "accepted", { measurement: measured(1 + index) }),
  );
  const attempts = [
    ...cohort,
    attempt("ada", "softmax", "accepted", {
      measurement: measured(2.5),
      remarks: ["Results differ in their last bits."],
    }),
    attempt("ada", "attention", "wrong-answer", {
      evidence: wrongElements("out"),
      mistake: {
        name: "no-scale",
        about: "scores are not divided by sqrt(dim)",
        hint: "Divide each score by `sqrt(dim)` before the softmax.",
      },
      log: "dim 64\ndim 128\n",
    }),
    attempt("ada", "gmm-fit", "missing"),
    attempt(HOSTILE, "softmax", "compile-error", {
      message: HOSTILE,
      evidence: {
        kind: "source",
        file: HOSTILE,
        line: 3,
        column: 7,
        frame: `> 3 | ${HOSTILE}\n\`\`\`\`\n# not a heading`,
      },
      log: `${HOSTILE}\n\`\`\`\n`,
      remarks: [HOSTILE],
      cases: [],
    }),
    attempt(HOSTILE, "attention", "wrong-answer", { message: HOSTILE, evidence: wrongElements(HOSTILE) }),
    attempt(HOSTILE, "gmm-fit", "harness-error", { message: `/home/grader/secret/path: ${HOSTILE}`, cases: [] }),
  ];
  return madeUpRun(attempts, {
    run: "2026-05-04T18-00-00",
    seed: SEED,
    assignment: {
      title: "GPU kernels, week 3",
      tasks: {
        softmax: { points: 10, correctness: 0.6, speed: { against: "plain", full: 4 } },
        attention: { points: 5, correctness: 1 },
        "gmm-fit": { points: 5, correctness: 1 },
      },
      practice: false,
      software: true,
    },
    caseGroups: { softmax: GROUPS, attention: GROUPS, "gmm-fit": GROUPS },
    roster: [
      {
        ...{ candidate: "ada", name: "Ada Lovelace", email: "ada@example.org", id: "1815", section: "A" },
        ...{ login: "alovelace", sisId: "", platformId: "" },
      },
    ],
    startedAt: STARTED_AT,
    ...changes,
  });
}

const GROUPS = { tiny: [0], "odd sizes": [1, 2] };

function attempt(candidate: string, task: string, verdict: Verdict, changes: Partial<Attempt> = {}): Attempt {
  const { evidence = null } = changes;
  const cases = [caseResult(0, "accepted", null), caseResult(1, "accepted", null), caseResult(2, verdict, evidence)];
  return madeUpAttempt(candidate, task, verdict, {
    message: "What happened in `y`.",
    cases: verdict === "missing" ? [] : cases,
    caseCount: cases.length,
    startedAt: STARTED_AT,
    durationMs: 100,
    ...changes,
  });
}

function caseResult(index: number, verdict: Verdict, evidence: Evidence | null): CaseResult {
  const group = index === 0 ? "tiny" : "odd sizes";
  const shape = { rows: 7, cols: 13 };
  return { index, group, shape, params: {}, data: "steep", verdict, message: "", evidence, remarks: [] };
}

function wrongElements(output: string): Evidence {
  return {
    kind: "wrong-elements",
    output,
    first: { index: [0, 3], expected: 0.25, got: 0.5, bound: 1.2e-7 },
    worst: { index: [1, 4], expected: 0.125, got: "NaN", bound: 1e-7 },
    wrongCount: 4,
    neverWrittenCount: 1,
    judgedCount: 10,
    elementCount: 40,
    picture: ["···#+", "···##"],
  };
}

const EXAMPLE_FINDINGS: Measured["findings"] = [
  {
    aspect: "speed",
    kind: "bound-by-memory",
    sentence: "On large, it reaches 31 % of the roofline and is memory-bound.",
    isGuess: false,
  },
  {
    aspect: "code",
    kind: "strided-access",
    sentence: "Neighbouring invocations probably <b>read</b> elements that are apart.",
    isGuess: true,
    place: { file: "softmax.ts", line: 3 },
  },
];

function measured(speedup: number): Measured {
  const around = (value: number) => ({ estimate: value, low: value * 0.98, high: value * 1.02 });
  const shapes = ["small", "large"].map(
    (name): ShapeMeasurement => ({
      name: name as "small",
      shape: { rows: 512, cols: 256 },
      params: {},
      candidateNs: 1e6 / speedup,
      yardstickNs: 1e6,
      speedup: around(speedup),
      noiseFloor: around(1),
      bytes: 1e6,
      flops: 1e6,
      rooflineShare: 0.31,
      isImplausible: false,
      stoppedBy: "precision",
      runsPerSample: 1,
      inputSets: 2,
      inputSetBytes: 1e6,
      busyShare: 0.5,
      checkedOutputs: 3,
      samples: [[1e6 / speedup, 1e6]],
    }),
  );
  return {
    state: "measured",
    against: "plain",
    clock: "timestamps",
    tickNs: 1,
    budgetMs: 500,
    roofline: { copies: [], f32PerSecond: 1e9, int8PerSecond: 1e9 },
    speedup,
    isImplausible: false,
    shapes,
    findings: EXAMPLE_FINDINGS,
  };
}
