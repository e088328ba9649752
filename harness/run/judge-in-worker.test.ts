import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { findAdapter } from "../gpu/adapter.ts";
import { listCases } from "../judge/case.ts";
import type { Stage } from "../judge/judge-submission.ts";
import { defaultLimits, type JudgingLimits } from "../limits.ts";
import { loadTask } from "../task/load.ts";
import { Child } from "./child.ts";
import { judgeInWorker } from "./judge-in-worker.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "kernelmark-test-")));
afterAll(() => rmSync(folder, { recursive: true }));

const adapter = await findAdapter();
const task = await loadTask("softmax");
const cases = listCases(task, "a seed");
const LIMITS = { ...defaultLimits, readBackSeconds: 0.2, gpuMebibytes: 16, processMebibytes: 256 };
const references = { folder, follow: () => ({ ready: [], failure: undefined, stop() {} }) };

/** What comes of a real process that reaches a stage and then does this, for ever. */
function outcomeOf(stage: Stage, does: string, limits: JudgingLimits = LIMITS) {
  const script = join(folder, "worker.mjs");
  writeFileSync(
    script,
    `const kept = [];
     process.on("message", () => {
       process.send({ type: "stage", stage: ${JSON.stringify(stage)} });
       setInterval(() => { ${does} }, 1);
     });`,
  );
  const job = { limits, task: "softmax", seed: "a seed", script: "", sourceMap: "", files: [] };
  return judgeInWorker(
    new Child(script, adapter, { reads: [folder] }),
    { ...job, adapterKind: "hardware", compilesInFirstRun: false },
    task,
    cases,
    references,
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
    "Make them shorter: write loops instead of the same statements many times.",
  ],
  [
    { stage: "compile" },
    "the plan's shaders were compiled",
    "Make them shorter: write loops instead of the same statements many times.",
  ],
  [{ stage: "run", ...RUN }, "the kernel ran", "Use less scratch and workgroup memory, and shorter shaders."],
] as const)("ends a process that takes too much memory in the stage %o", async (stage, doing, hint) => {
  const outcome = await outcomeOf({ ...stage, caseIndex: 1 }, GROW);
  expect(outcome).toMatchObject({ kind: "ended", cases: [{ index: 1, verdict: "memory-limit" }] });
  expect(outcome.kind === "ended" && outcome.cases[0]!.message).toBe(
    `The kernel's process took more than 272 MiB of memory while ${doing} on rows=2 cols=3, plain. ${hint}`,
  );
});

it.runIf(process.platform === "linux")("does not charge the candidate for memory that is our own", async () => {
  expect(await outcomeOf({ stage: "reference", caseIndex: 0 }, GROW)).toEqual({
    kind: "fault",
    message: "the worker process took more than 272 MiB of memory",
  });
  expect(await outcomeOf({ stage: "diagnose" }, GROW)).toMatchObject({ kind: "done", cases: [] });
});

it.each([
  [{ stage: "plan", isCompiling: true }, "was compiled"],
  [{ stage: "compile" }, "was compiled"],
  [{ stage: "reference" }, "was compiled"],
  [{ stage: "run", ...RUN }, "ran"],
] as const)("charges the kernel with a driver that crashes in the stage %o", async (stage, doing) => {
  const outcome = await outcomeOf({ ...stage, caseIndex: 1 }, "process.kill(process.pid, 'SIGSEGV')");
  expect(outcome).toMatchObject({ kind: "ended", cases: [{ index: 1, verdict: "device-lost" }] });
  expect(outcome.kind === "ended" && outcome.cases[0]!.message).toBe(
    `The kernel took the GPU's process down while it ${doing} (it ended by signal SIGSEGV): it crashed the driver.`,
  );
});

it.each([
  [{ stage: "plan", isCompiling: false }, "SIGSEGV"],
  [{ stage: "run", ...RUN }, "SIGKILL"],
] as const)("charges nobody with a process that ends in the stage %o by %s", async (stage, signal) => {
  expect(await outcomeOf({ ...stage, caseIndex: 1 }, `process.kill(process.pid, "${signal}")`)).toEqual({
    kind: "fault",
    message: `the worker process ended by signal ${signal}`,
  });
});

it("keeps what was judged where looking for its cause fails", async () => {
  const fault = 'process.send({ type: "fault", message: "a mistake of ours" })';
  expect(await outcomeOf({ stage: "diagnose" }, fault)).toMatchObject({ kind: "done", cases: [] });
  expect(await outcomeOf({ stage: "run", caseIndex: 0, ...RUN }, fault)).toEqual({
    kind: "fault",
    message: "a mistake of ours",
  });
});

it("says how long the plain kernel took where a kernel does not end, and that time for compiling was given", async () => {
  const message = async (mayCompile: boolean) => {
    const stage = { stage: "run", caseIndex: 0, plainMs: 12, mayCompile } as const;
    const outcome = await outcomeOf(stage, "", { ...LIMITS, kernelTimes: 0.1, compileSeconds: 1 });
    return outcome.kind === "ended" ? outcome.cases[0]!.message : outcome.kind;
  };
  const late = (limit: string) =>
    `The kernel did not finish within ${limit} s on rows=1 cols=1, plain; the plain kernel took 0.01 s there. Look for a loop that never ends, or for work that grows too fast with the shape.`;
  expect(await message(false)).toBe(late("0.2"));
  expect(await message(true)).toBe(late("1.2"));
});

it("tells results that do not come from a kernel that does not end", async () => {
  const outcome = await outcomeOf({ stage: "read-back", caseIndex: 0 }, "");
  expect(outcome).toMatchObject({ late: { stage: "read-back", wasDisturbed: true } });
  expect(outcome.kind === "ended" && outcome.cases[0]).toMatchObject({
    verdict: "time-limit",
    message:
      "Reading back the results did not finish within 0.2 s on rows=1 cols=1, plain. The kernel itself had ended: submit it again, and ask if it stays so.",
    evidence: { kind: "limit", what: "Reading back the results", limitMs: 200 },
  });
});
