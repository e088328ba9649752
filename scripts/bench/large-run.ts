import { judgedCase } from "../../harness/judge/judged-case.ts";
import { wrongPicture } from "../../harness/judge/picture.ts";
import { groupCases } from "../../harness/marks/case-groups.ts";
import type { Assignment } from "../../harness/results/assignment.ts";
import { type Attempt, noTimings, type SubmittedFile } from "../../harness/results/attempt.ts";
import type { CaseResult } from "../../harness/results/case-result.ts";
import type { ElementEvidence, WrongElements } from "../../harness/results/evidence.ts";
import type { Measured, ShapeMeasurement } from "../../harness/results/measurement.ts";
import { summarize } from "../../harness/results/measurement.ts";
import type { Results } from "../../harness/results/results.ts";
import type { RosterEntry } from "../../harness/results/roster.ts";
import type { Verdict } from "../../harness/results/verdict.ts";
import { onDeviceKind } from "../../harness/task/by-device-kind.ts";
import { type Case, listCases, outputSizes } from "../../harness/task/case.ts";
import { dimSizes } from "../../harness/task/dims.ts";
import { planSources } from "../../harness/task/one-pass.ts";
import type { Task } from "../../harness/task/task.ts";
import { Random } from "../../reference/random.ts";

const SEED = "bench";
const SAMPLES = 120;
/** Submissions per hundred with each verdict. */
const SHARES: readonly (readonly [Verdict, number])[] = [
  ["accepted", 60],
  ["wrong-answer", 22],
  ["imprecise", 4],
  ["compile-error", 5],
  ["plan-error", 2],
  ["time-limit", 2],
  ["missing", 5],
];

/** A synthetic run of realistic size for the given number of candidates, with different sources. */
export function largeRun(tasks: readonly Task[], candidateCount: number): Results {
  const attempts: Attempt[] = [];
  const groups: Record<string, Record<string, readonly number[]>> = {};
  for (const task of tasks) {
    const cases = listCases(task, SEED);
    groups[task.spec.name] = Object.fromEntries(groupCases(cases));
    const sources = builtInSources(task);
    for (let candidate = 0; candidate < candidateCount; candidate++) {
      attempts.push(
        makeAttempt(task, cases, sources, candidateName(candidate), new Random(SEED, task.spec.name, candidate)),
      );
    }
  }
  return {
    schema: 1,
    run: "bench",
    harnessVersion: "0.1.0",
    dawnVersion: "0",
    adapter: {
      name: "gpu",
      kind: "hardware",
      description: "a synthetic GPU",
      vendor: "",
      architecture: "",
      driver: "1",
    },
    seed: SEED,
    assignment: assignmentOf(tasks),
    caseGroups: groups,
    refused: [],
    notTaken: [],
    remarks: [],
    roster: Array.from({ length: candidateCount }, (_, candidate) => rosterEntry(candidate)),
    startedAt: "2026-01-01T00:00:00.000Z",
    state: "finished",
    attempts,
  };
}

function assignmentOf(tasks: readonly Task[]): Assignment {
  const worth = { points: 10, correctness: 0.6, speed: { against: "plain", full: 4 } } as const;
  return {
    title: "A large class",
    tasks: Object.fromEntries(tasks.map(({ spec }) => [spec.name, worth])),
    practice: false,
    software: false,
  };
}

function candidateName(candidate: number): string {
  const random = new Random(SEED, "name", candidate);
  const syllables = [
    "ka",
    "ri",
    "mo",
    "le",
    "san",
    "tu",
    "ben",
    "no",
    "vi",
    "dra",
    "hel",
    "ou",
    "pi",
    "xa",
    "jo",
    "mar",
  ];
  const word = (length: number) => Array.from({ length }, () => syllables[random.integer(0, 15)]!).join("");
  return `${word(2)}.${word(3)}${candidate}`;
}

const FIRST_NAMES = ["Zoë", "Łukasz", "Nguyễn An", "Søren", "Ada", "José", "Mei", "Ayşe", "Björn", "Fatima"];
const LAST_NAMES = ["Müller", "Żółć", "Trần", "Østergård", "Lovelace", "García", "Chén", "Yıldız", "Weiß", "O'Brien"];
const SECTIONS = ["A", "B", "C", "D"];

function rosterEntry(place: number): RosterEntry {
  const candidate = candidateName(place);
  const random = new Random(SEED, "person", place);
  const of = (list: readonly string[]) => list[random.integer(0, list.length - 1)]!;
  return {
    candidate,
    name: `${of(FIRST_NAMES)} ${of(LAST_NAMES)}`,
    email: `${candidate}@example.org`,
    id: String(1000 + place),
    section: of(SECTIONS),
    ...{ login: candidate, sisId: "", platformId: String(40_000 + place) },
  };
}

function makeAttempt(
  task: Task,
  cases: readonly Case[],
  sources: readonly (readonly SubmittedFile[])[],
  candidate: string,
  random: Random,
): Attempt {
  const verdict = drawVerdict(random);
  const { name } = task.spec;
  const mistake = verdict === "wrong-answer" && random.uniform() < 0.7 ? drawMistake(task, random) : null;
  const files =
    verdict === "missing"
      ? []
      : sources[random.integer(0, sources.length - 1)]!.map((file) => ownVersion(file, random));
  const results = caseResults(task, cases, verdict, random);
  const shown = results.find((one) => one.verdict === verdict);
  return {
    schema: 1,
    candidate,
    task: name,
    file: verdict === "missing" ? "" : `${name}.ts`,
    hash:
      verdict === "missing"
        ? ""
        : Array.from({ length: 8 }, () => random.bits().toString(16).padStart(8, "0")).join(""),
    files,
    verdict,
    message: shown?.message ?? messageOf(verdict, random),
    evidence: verdict === "compile-error" ? sourcePlace(files, random) : (shown?.evidence ?? null),
    mistake,
    findings:
      verdict === "wrong-answer" && mistake === null && random.uniform() < 0.5 ? [drawFinding(task, random)] : [],
    cases: results,
    caseCount: cases.length,
    log: random.uniform() < 0.1 ? `rows ${random.integer(1, 999)}\n`.repeat(5) : "",
    remarks: [],
    startedAt: new Date(1.77e12 + random.integer(0, 1e7)).toISOString(),
    durationMs: random.uniform(300, 3000),
    timings: noTimings,
    measurement: verdict === "accepted" ? measured(task, random) : null,
  };
}

function drawVerdict(random: Random): Verdict {
  let drawn = random.uniform(0, 100);
  for (const [verdict, share] of SHARES) {
    drawn -= share;
    if (drawn < 0) return verdict;
  }
  return "accepted";
}

function drawMistake(task: Task, random: Random): Attempt["mistake"] {
  const { name, about, hint } = task.mistakes[random.integer(0, task.mistakes.length - 1)]!;
  return { name, about, hint };
}

/** Messages with the names and numbers that differ between candidates. */
function messageOf(verdict: Verdict, random: Random): string {
  const word = () => WORDS[random.integer(0, WORDS.length - 1)]!;
  const messages: Partial<Record<Verdict, readonly string[]>> = {
    "compile-error": [
      `unresolved value '${word()}'`,
      "cannot assign value of type 'f32' to 'u32'",
      `no matching call to '${word()}(f32)'`,
      "expected ';' for variable declaration",
    ],
    "plan-error": [
      `\`passes[0].bindings[1]\` is "${word()}", but no tensor or scratch buffer has that name. Use one of "x", "y".`,
      `\`passes[0].workgroups[0]\` must be a positive integer, got ${random.uniform(0, 9).toFixed(2)}.`,
    ],
    "time-limit": [`The kernel did not finish within ${random.uniform(2, 3).toFixed(3)} s on plain data.`],
  };
  const own = messages[verdict] ?? ["A description of the verdict, in a sentence of typical length."];
  return own[random.integer(0, own.length - 1)]!;
}

function drawFinding({ spec }: Task, random: Random): Attempt["findings"][number] {
  const output = spec.outputs[0]!.name;
  const factor = random.integer(2, 4);
  const found = [
    { aspect: "how", kind: "constant-factor", sentence: `Each element of \`${output}\` is ${factor} times too large.` },
    { aspect: "where", kind: "beyond", sentence: `It is wrong at indices from ${32 * factor} on only.` },
  ] as const;
  return { ...found[random.integer(0, found.length - 1)]!, isGuess: false };
}

/** The run's data is not needed: only its judgement is reported. */
const NO_RUN = { outputs: {}, poison: {} };

function caseResults(task: Task, cases: readonly Case[], verdict: Verdict, random: Random): CaseResult[] {
  if (verdict !== "accepted" && verdict !== "wrong-answer" && verdict !== "imprecise") return [];
  const [start, step] = [random.integer(0, 1), random.integer(1, 4)];
  return cases.map((one) => {
    if (verdict === "wrong-answer" && random.uniform() < 0.6) {
      return judgedCase(one, { verdict, first: NO_RUN, evidence: wrongElements(task, one, start, step, random) });
    }
    if (verdict === "imprecise" && one.data === "plain") {
      const evidence = {
        kind: "lost-precision",
        output: task.spec.outputs[0]!.name,
        ratio: random.uniform(40, 900),
        limit: 32,
      } as const;
      return judgedCase(one, { verdict, first: NO_RUN, evidence });
    }
    const isBitStable = random.uniform() < 0.98;
    return judgedCase(one, {
      verdict: "accepted",
      largestShares: Object.fromEntries(task.spec.outputs.map(({ name }) => [name, random.uniform() ** 3])),
      precisionRatio: random.uniform(0.2, 3),
      first: NO_RUN,
      isBitStable,
    });
  });
}

/** Every `step`th element is wrong, as one mistake is wrong at the same places for all who made it. */
function wrongElements(task: Task, one: Case, start: number, step: number, random: Random): WrongElements {
  const tensor = task.spec.outputs[0]!;
  const sizes = dimSizes(tensor, one.shape);
  const elementCount = outputSizes(task, one.shape)[tensor.name]!;
  const isWrong = new Uint8Array(elementCount);
  for (let element = Math.min(start, elementCount - 1); element < elementCount; element += step) isWrong[element] = 1;
  const element = (): ElementEvidence => ({
    index: sizes.map((size) => random.integer(0, size - 1)),
    expected: random.normal(),
    got: Math.fround(random.normal()),
    bound: random.uniform(1e-7, 1e-3),
  });
  const wrongCount = isWrong.reduce((sum, wrong) => sum + wrong, 0);
  return {
    kind: "wrong-elements",
    output: tensor.name,
    first: element(),
    worst: element(),
    wrongCount,
    neverWrittenCount: 0,
    judgedCount: elementCount,
    elementCount,
    picture: wrongPicture(sizes.length === 0 ? [1] : sizes, isWrong),
  };
}

function sourcePlace(files: readonly SubmittedFile[], random: Random): Attempt["evidence"] {
  const { name: file, text } = files.at(-1)!;
  const lines = text.split("\n");
  const line = random.integer(1, lines.length);
  return { kind: "source", file, line, column: 3, frame: lines.slice(Math.max(line - 3, 0), line + 2).join("\n") };
}

function measured({ spec }: Task, random: Random): Measured {
  const head = {
    against: "plain",
    clock: "timestamps",
    tickNs: 1,
    budgetMs: 2000,
    roofline: { copies: [{ bytes: 2 ** 26, bytesPerSecond: 8e11 }], f32PerSecond: 2e13, int8PerSecond: 6e13 },
    findings: [],
  } as const;
  const skill = Math.exp(random.normal(0.4, 0.5));
  const shapes = spec.measures.map(({ name, shape, params }): ShapeMeasurement => {
    const estimate = skill * Math.exp(random.normal(0, 0.15));
    const spread = random.uniform(0.005, 0.08);
    const yardstickNs = random.uniform(1e5, 1.2e5);
    const samples = Array.from({ length: SAMPLES }, () => {
      const own = (yardstickNs / estimate) * Math.exp(random.normal(0, 0.02));
      return [Math.round(own), Math.round(yardstickNs * Math.exp(random.normal(0, 0.02)))] as const;
    });
    return {
      name,
      shape,
      params,
      candidateNs: yardstickNs / estimate,
      yardstickNs,
      speedup: { estimate, low: estimate / (1 + spread), high: estimate * (1 + spread) },
      noiseFloor: { estimate: 1, low: 0.98, high: 1.02 },
      bytes: 3e6,
      flops: 2e7,
      rooflineShare: random.uniform(0.05, 0.9),
      isImplausible: false,
      stoppedBy: "precision",
      runsPerSample: 1,
      inputSets: 4,
      inputSetBytes: 1e6,
      busyShare: 0.8,
      checkedOutputs: 3,
      samples,
    };
  });
  return summarize(head, shapes);
}

/** Sources of the task's built-in kernels: most people write something like the plain one. */
function builtInSources({ spec, starter, plain, tuned }: Task): (readonly SubmittedFile[])[] {
  const module = { name: `${spec.name}.ts`, text: starter.module };
  return [plain, plain, onDeviceKind("hardware", tuned)].map((plan) => [
    module,
    { name: `${spec.name}.wgsl`, text: planSources(spec, plan).join("\n") },
  ]);
}

const NAME = /\b(?:let|var|fn|const)(?:<\w+>)?\s+([a-z]\w*)/g;
const WORDS = ["tile", "acc", "row", "part", "tmp", "block", "lane", "value", "item", "left", "right", "next", "inner"];
const COMMENT_SHARE = 0.06;

/** The file as if by another author: with all names changed, and comments between the lines. */
function ownVersion({ name, text }: SubmittedFile, random: Random): SubmittedFile {
  const word = () => WORDS[random.integer(0, WORDS.length - 1)]!;
  const names = new Map([...text.matchAll(NAME)].map(([, found]) => [found!, `${word()}${random.integer(0, 99)}`]));
  const renamed = text.replace(/\b[a-z]\w*\b/g, (found) => names.get(found) ?? found);
  const lines = renamed.split("\n").flatMap((line) => {
    if (random.uniform() >= COMMENT_SHARE) return [line];
    return [`  // the ${word()} of this ${word()} comes before the ${word()}, since the ${word()} needs it`, line];
  });
  return { name, text: lines.join("\n") };
}
