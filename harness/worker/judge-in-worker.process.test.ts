import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { findAdapter } from "../adapter/adapter.ts";
import { loadTask } from "../catalog/load.ts";
import type { Stage } from "../judge/judge-submission.ts";
import { type CaseResult, refusedCase } from "../results/case-result.ts";
import { listCases } from "../task/case.ts";
import { defaultLimits, type JudgingLimits } from "../task/limits.ts";
import { judgeInWorker } from "./judge-in-worker.ts";
import type { ReferenceService } from "./reference-service.ts";
import { SupervisedProcess } from "./supervised-process.ts";

/** Limits that tests shorten. */
const short = vi.hoisted(() => ({ diagnoseMs: 200, planMs: 10_000, referenceMs: 180_000 }));
vi.mock("../task/limits.ts", async (original) => {
  const limits = await original<typeof import("../task/limits.ts")>();
  const timeLimits = new Proxy(limits.timeLimits, { get: (all, name) => ({ ...all, ...short })[name as "planMs"] });
  return { ...limits, timeLimits };
});

const folder = realpathSync(mkdtempSync(join(tmpdir(), "kernelmark-test-")));
afterAll(() => rmSync(folder, { recursive: true }));

const adapter = await findAdapter();
const task = await loadTask("softmax");
const cases = listCases(task, "a seed");
const LIMITS = { ...defaultLimits, readBackSeconds: 0.2, gpuMebibytes: 16, processMebibytes: 256 };
const references = {
  folder,
  follow: () => ({ ready: [], failure: undefined, stop() {} }),
  makeMistaken: async () => [],
};
type References = Pick<ReferenceService, "follow" | "folder" | "makeMistaken">;

interface Circumstances {
  /** What the process has judged before. */
  readonly results?: readonly CaseResult[];
  readonly limits?: JudgingLimits;
  readonly news?: References;
}

/** What comes of a real process that reaches a stage and then does this, for ever. */
function outcomeOf(
  stage: Stage,
  does: string,
  { results = [], limits = LIMITS, news = references }: Circumstances = {},
) {
  const script = join(folder, "worker.mjs");
  writeFileSync(
    script,
    `const kept = [];
     process.on("message", () => {
       process.send({ type: "stage", stage: ${JSON.stringify(stage)}, results: ${JSON.stringify(results)} });
       setInterval(() => { ${does} }, 1);
     });`,
  );
  const job = { limits, task: "softmax", seed: "a seed", script: "", sourceMap: "", files: [] };
  return judgeInWorker(
    new SupervisedProcess(script, adapter, { reads: [folder] }),
    { ...job, adapterKind: "hardware", compilesInFirstRun: false, shows: undefined },
    task,
    cases,
    news,
    { onStage: () => {}, onCase: () => {} },
  );
}

const RUN = { plainMs: 12, mayCompile: false } as const;
const GROW = "if (kept.length < 600) kept.push(Buffer.alloc(2 ** 20, 1));";

// Other systems do not tell what a process holds.
it.runIf(process.platform === "linux").each([
  [
    { stage: "plan", isCompiling: false },
    "the plan function was called",
    "Look for an array or a string that grows without end.",
  ],
  [
    { stage: "plan", isCompiling: true },
    "the plan's shaders were compiled",
    "Shorten them: use loops instead of repeated statements.",
  ],
  [{ stage: "compile" }, "the plan's shaders were compiled", "Shorten them: use loops instead of repeated statements."],
  [
    { stage: "reference", isCompiling: true },
    "the plan's shaders were compiled",
    "Shorten them: use loops instead of repeated statements.",
  ],
  [{ stage: "run", ...RUN }, "the kernel ran", "Use less scratch and workgroup memory, and shorter shaders."],
] as const)("ends a process that takes too much memory in the stage %o", async (stage, doing, hint) => {
  const outcome = await outcomeOf({ ...stage, caseIndex: 1 }, GROW);
  expect(outcome).toMatchObject({ kind: "ended", cases: [{ index: 1, verdict: "memory-limit" }] });
  expect(outcome.cases[0]!.message).toBe(
    `The kernel's process used more than 272 MiB of memory while ${doing} on rows=2 cols=3, plain. ${hint}`,
  );
});

it.runIf(process.platform === "linux")("does not charge the candidate for memory that is our own", async () => {
  expect(await outcomeOf({ stage: "reference", caseIndex: 0, isCompiling: false }, GROW)).toEqual({
    kind: "fault",
    message: "the worker process used more than 272 MiB of memory",
    cases: [],
  });
  expect(await outcomeOf({ stage: "diagnose" }, GROW)).toMatchObject({ kind: "done", cases: [] });
});

/** Windows has no such signals. */
const withSignals = it.skipIf(process.platform === "win32");
const CRASH = 'process.kill(process.pid, "SIGSEGV")';
const KILL = 'process.kill(process.pid, "SIGKILL")';

withSignals.each([
  [{ stage: "plan", isCompiling: true }, "was compiled"],
  [{ stage: "compile" }, "was compiled"],
  [{ stage: "reference", isCompiling: true }, "was compiled"],
  [{ stage: "run", ...RUN }, "ran"],
] as const)("charges the kernel with a driver that crashes in the stage %o", async (stage, doing) => {
  const outcome = await outcomeOf({ ...stage, caseIndex: 1 }, CRASH);
  expect(outcome).toMatchObject({ kind: "died", cases: [{ index: 1, verdict: "device-lost" }] });
  expect(outcome.cases[0]!.message).toBe(
    `The kernel crashed the driver while it ${doing} (the process was killed by SIGSEGV).`,
  );
});

withSignals("charges the plan function with a process that crashes while it is called", async () => {
  expect(await outcomeOf({ stage: "plan", isCompiling: false, caseIndex: 1 }, CRASH)).toMatchObject({
    kind: "died",
    cases: [
      {
        verdict: "plan-error",
        message: "The plan function crashed its process (the process was killed by SIGSEGV). Simplify it.",
      },
    ],
  });
});

withSignals.each([
  [{ stage: "run", ...RUN }, KILL, "the worker process was killed by SIGKILL"],
  [{ stage: "reference", isCompiling: false }, CRASH, "the worker process was killed by SIGSEGV"],
  [{ stage: "run", ...RUN }, 'process.send({ type: "fault", message: "a mistake of ours" })', "a mistake of ours"],
] as const)(
  "charges nobody with what nobody is known to have done in the stage %o: %s",
  async (stage, does, message) => {
    expect(await outcomeOf({ ...stage, caseIndex: 1 }, does)).toEqual({ kind: "fault", message, cases: [] });
  },
);

withSignals.each([
  [
    { stage: "plan", isCompiling: false },
    "process.stderr.write('FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\\n', () => process.abort())",
    "the plan function was called (the process was killed by SIGABRT). Look for an array or a string that grows without end.",
  ],
  [
    { stage: "run", ...RUN },
    "process.stderr.write(\"terminate called after throwing an instance of 'std::bad_alloc'\\n\", () => process.abort())",
    "the kernel ran (the process was killed by SIGABRT). Use less scratch and workgroup memory, and shorter shaders.",
  ],
  [
    { stage: "compile" },
    'process.send({ type: "fault", message: "RangeError: Array buffer allocation failed\\n at ours" })',
    "the plan's shaders were compiled (RangeError: Array buffer allocation failed). Shorten them: use loops instead of repeated statements.",
  ],
] as const)("says that memory ran out in the stage %o", async (stage, does, rest) => {
  expect(await outcomeOf({ ...stage, caseIndex: 1 }, does)).toMatchObject({
    kind: "died",
    cases: [{ index: 1, verdict: "memory-limit", message: `The kernel's process ran out of memory while ${rest}` }],
  });
});

// Other systems do not tell what a process holds.
it.runIf(process.platform === "linux")("takes one that held much when it was killed for out of memory", async () => {
  const grow = `if (kept.length === 0) { kept.push(Buffer.alloc(160 * 2 ** 20, 1)); setTimeout(() => ${KILL}, 1000); }`;
  expect(await outcomeOf({ stage: "run", caseIndex: 1, ...RUN }, grow)).toMatchObject({
    kind: "died",
    cases: [{ verdict: "memory-limit", message: expect.stringContaining("the process was killed by SIGKILL") }],
  });
});

const FAULT = 'process.send({ type: "fault", message: "a mistake of ours" })';
const RIGHT = [0, 1].map((index) => refusedCase(cases[index]!, { verdict: "accepted", message: "", evidence: null }));

it.each([
  ["crashes", CRASH],
  ["is killed", KILL],
  ["fails", FAULT],
  ["hangs", ""],
])("keeps all that was judged where looking for its cause %s", async (_, does) => {
  expect(await outcomeOf({ stage: "diagnose" }, does, { results: RIGHT })).toMatchObject({
    kind: "done",
    cases: RIGHT,
  });
});

it.each([
  ["crashes", CRASH, ["device-lost"]],
  ["is killed", KILL, []],
  ["fails", FAULT, []],
] as const)("keeps what was judged before a case in which the process %s", async (_, does, more) => {
  const { cases: judged } = await outcomeOf({ stage: "run", caseIndex: 2, ...RUN }, does, { results: RIGHT });
  expect(judged.map(({ index, verdict }) => [index, verdict])).toEqual([
    ...[0, 1].map((index) => [index, "accepted"]),
    ...more.map((verdict) => [2, verdict]),
  ]);
});

it("says how long the plain kernel took where a kernel does not end, and that time for compiling was given", async () => {
  const message = async (mayCompile: boolean) => {
    const stage = { stage: "run", caseIndex: 0, plainMs: 12, mayCompile } as const;
    const outcome = await outcomeOf(stage, "", {
      limits: { ...LIMITS, kernelTimes: 0.1, compileSeconds: 0.3 },
    });
    return outcome.kind === "ended" ? outcome.cases[0]!.message : outcome.kind;
  };
  const late = (limit: string) =>
    `The kernel did not finish within ${limit} s on rows=1 cols=1, plain; the plain kernel took 0.01 s there. Look for a loop that never ends, or for work that grows too fast with the shape.`;
  expect(await message(false)).toBe(late("0.2"));
  expect(await message(true)).toBe(late("0.5"));
});

describe("what is compiled ahead is held to the compile limit", () => {
  const limits = { ...LIMITS, compileSeconds: 0.3 };
  const late = (seconds: number) => ({
    kind: "ended",
    late: { stage: "compile" },
    cases: [
      {
        index: 0,
        verdict: "time-limit",
        message: `The compilation of the plan's shaders did not finish within ${seconds} s on rows=1 cols=1, plain. Shorten them: use loops instead of repeated statements.`,
      },
    ],
  });

  it("while the next plan is made, which has its own limit besides", async () => {
    Object.assign(short, { planMs: 100 });
    expect(await outcomeOf({ stage: "plan", caseIndex: 0, isCompiling: true }, "", { limits })).toMatchObject(
      late(0.4),
    );
    Object.assign(short, { planMs: 10_000 });
  });

  it.each(["before", "meanwhile"])("in a wait for a reference that is there: it came %s", async (when) => {
    const follow: References["follow"] = (_, listener) => {
      if (when === "before") return { ready: [0], failure: undefined, stop() {} };
      const timer = setTimeout(() => listener({ type: "reference-ready", caseIndex: 0 }), 400);
      return { ready: [], failure: undefined, stop: () => clearTimeout(timer) };
    };
    const stage = { stage: "reference", caseIndex: 0, isCompiling: true } as const;
    expect(await outcomeOf(stage, "", { limits, news: { ...references, follow } })).toMatchObject(late(0.3));
  });

  it("but not in a wait for one that is not, which is our own", async () => {
    Object.assign(short, { referenceMs: 500 });
    expect(await outcomeOf({ stage: "reference", caseIndex: 0, isCompiling: true }, "", { limits })).toEqual({
      kind: "fault",
      message: "the reference for rows=1 cols=1, plain was not ready in time",
      cases: [],
    });
    Object.assign(short, { referenceMs: 180_000 });
  });
});

it("tells results that do not come from a kernel that does not end", async () => {
  const outcome = await outcomeOf({ stage: "read-back", caseIndex: 0 }, "");
  expect(outcome).toMatchObject({ kind: "ended", late: { stage: "read-back", wasDisturbed: true } });
  expect(outcome.cases[0]).toMatchObject({
    verdict: "time-limit",
    message:
      "Reading back the results did not finish within 0.2 s on rows=1 cols=1, plain. The kernel itself had finished: submit it again, and ask for help if this recurs.",
    evidence: { kind: "limit", what: "Reading back the results", limitMs: 200 },
  });
});
