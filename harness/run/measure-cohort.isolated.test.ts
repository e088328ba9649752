import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { packageRoot } from "../files/package-root.ts";
import type { Attempt } from "../results/attempt.ts";
import type { Measured } from "../results/measurement.ts";
import type { Submission } from "../submission/read.ts";
import { defaultLimits } from "../task/limits.ts";
import { madeUpAttempt } from "../testing/made-up-run.ts";
import { bundle, stopBundler } from "../worker/bundler.ts";
import type { MeasureOutcome } from "../worker/measure-in-worker.ts";
import { RunLog, readLog } from "./attempt-log.ts";
import { measureCohort } from "./measure-cohort.ts";
import type { MeasureRequest } from "./measuring-service.ts";

vi.mock("../worker/bundler.ts", async (original) => {
  const bundler = await original<typeof import("../worker/bundler.ts")>();
  return { ...bundler, bundle: vi.fn(bundler.bundle) };
});

const folder = realpathSync(mkdtempSync(join(tmpdir(), "kernelmark-test-")));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const names = ["fast", "plain", "wrong-answer"];
const submissions: Submission[] = names.map((candidate) => ({
  candidate,
  task: "softmax",
  file: "softmax.ts",
  folder: join(packageRoot(), "submissions", candidate),
}));
const attempts: Attempt[] = [];

beforeAll(async () => {
  for (const submission of submissions) {
    const { hash } = await bundle(submission);
    const verdict = submission.candidate === "wrong-answer" ? "wrong-answer" : "accepted";
    attempts.push(madeUpAttempt(submission.candidate, "softmax", verdict, { hash }));
  }
  await stopBundler();
});

const limits = { ...defaultLimits, compileSeconds: 30 };

const measurement: Measured = {
  ...{ state: "measured", against: "tuned", clock: "timestamps", tickNs: 1, budgetMs: 100 },
  roofline: { copies: [], f32PerSecond: 1, int8PerSecond: 1 },
  ...{ speedup: 2, isImplausible: false, shapes: [], findings: [] },
};

/** Measures with given answers, one per submission. */
async function measured(outcomes: MeasureOutcome[], changes: { attempts?: Attempt[]; stopAfter?: number } = {}) {
  const runFolder = mkdtempSync(join(folder, "run-"));
  const log = await RunLog.open(runFolder);
  const requests: MeasureRequest[] = [];
  const stop = new AbortController();
  const measurer = {
    async measure(request: MeasureRequest) {
      requests.push(request);
      if (requests.length === changes.stopAfter) stop.abort();
      return outcomes[requests.length - 1]!;
    },
  };
  const cohort = { candidates: names, submissions, refused: [], notTaken: [], remarks: [] };
  const against = new Map([["softmax", "tuned"]] as const);
  const setting = { against, budgetMs: 100, cohort, seed: "seed", limits, signal: stop.signal };
  const result = await measureCohort(measurer, log, changes.attempts ?? attempts, setting, {});
  await log.close();
  return { result, requests, logged: await readLog(runFolder) };
}

it("measures accepted submissions on the task's shapes, and logs them", async () => {
  const { result, requests, logged } = await measured([
    { kind: "measured", measurement },
    { kind: "measured", measurement: { ...measurement, speedup: 1 } },
  ]);
  expect(result.map(({ measurement: found }) => found?.state === "measured" && found.speedup)).toEqual([2, 1, false]);
  expect(requests).toHaveLength(2);
  expect(requests[0]).toMatchObject({
    task: "softmax",
    against: "tuned",
    budgetMs: 100,
    isChecked: true,
    seed: "seed",
    limits,
  });
  expect(requests[0]!.shapes.map(({ name }) => name)).toEqual(["small", "medium", "large"]);
  expect(logged).toEqual(result.slice(0, 2));
});

it("replaces the verdict of a submission that is wrong when timed", async () => {
  const message = "Right when checked, wrong when timed: …";
  const refusal = { verdict: "wrong-answer", message, evidence: null } as const;
  const { result } = await measured([
    { kind: "refused", contestant: "candidate", refusal },
    { kind: "measured", measurement },
  ]);
  expect(result[0]).toMatchObject({ verdict: "wrong-answer", message, measurement: { state: "failed", message } });
});

it("keeps the verdict after any other refusal or failure", async () => {
  const refusal = { verdict: "time-limit", message: "too slow", evidence: null } as const;
  const { result } = await measured([
    { kind: "refused", contestant: "candidate", refusal },
    { kind: "fault", message: "the worker died" },
  ]);
  expect(result[0]).toMatchObject({ verdict: "accepted", measurement: { state: "failed", message: "too slow" } });
  expect(result[0]!.measurement).not.toHaveProperty("isInternalError");
  expect(result[1]!.measurement).toEqual({
    state: "failed",
    message: "Kernelmark failed while measuring: the worker died.",
    isInternalError: true,
  });
  const resumed = await measured([{ kind: "measured", measurement }], { attempts: result });
  expect(resumed.requests).toHaveLength(1);
  expect(resumed.result[1]!.measurement).toEqual(measurement);
});

it("holds a submission that could not be bundled again for lack of a process, and measures the others", async () => {
  vi.mocked(bundle).mockRejectedValueOnce(new Error("the bundler's process did not start"));
  const { result } = await measured([{ kind: "measured", measurement }]);
  expect(result.map((attempt) => attempt.measurement)).toEqual([
    {
      state: "failed",
      message: "Kernelmark failed while measuring: the bundler's process did not start.",
      isInternalError: true,
    },
    measurement,
    null,
  ]);
});

it("does not measure files changed since the check", async () => {
  const changed = attempts.map((attempt) => ({ ...attempt, hash: "0" }));
  const { result, requests } = await measured([], { attempts: changed });
  expect(requests).toHaveLength(0);
  expect(result[0]!.measurement).toMatchObject({ state: "failed" });
  expect(result[0]!.measurement).not.toHaveProperty("isInternalError");
});

it("leaves an interrupted measurement for a resumed run", async () => {
  const { result, logged } = await measured(
    [
      { kind: "measured", measurement },
      { kind: "fault", message: "it was stopped" },
    ],
    { stopAfter: 2 },
  );
  expect(result.map((attempt) => attempt.measurement?.state)).toEqual(["measured", undefined, undefined]);
  expect(logged).toHaveLength(1);
});
