import { expect, it } from "vitest";
import { loadTask } from "../catalog/load.ts";
import { noTimings } from "../results/attempt.ts";
import { refusedCase } from "../results/case-result.ts";
import type { Verdict } from "../results/verdict.ts";
import { listCases } from "../task/case.ts";
import { afterTimeLimits } from "./after-time-limits.ts";
import type { LateStage, WorkerOutcome } from "./judge-in-worker.ts";

const cases = listCases(await loadTask("softmax"), "a seed").slice(0, 5);
const NOT_DIAGNOSED = { type: "done", diagnosis: undefined, log: "", timings: noTimings } as const;

/** The outcome of a worker that judged the cases from an index on: accepted, except the last, which ended so. */
function ended(from: number, to: number, stage: LateStage["stage"], wasDisturbed = false): WorkerOutcome {
  const judged = cases.slice(from, to).map((one) => result(one, "accepted"));
  return { kind: "ended", cases: [...judged, result(cases[to]!, "time-limit")], late: { stage, wasDisturbed } };
}

function done(from: number): WorkerOutcome {
  return { kind: "done", cases: cases.slice(from).map((one) => result(one, "accepted")), done: NOT_DIAGNOSED };
}

const result = (one: (typeof cases)[number], verdict: Verdict) =>
  refusedCase(one, { verdict, message: "", evidence: null });

/** The outcome, and the requests to further workers: how, and from which case on. */
async function afterwards(first: WorkerOutcome, next: readonly WorkerOutcome[] = []) {
  const asked: string[] = [];
  const outcomes = [...next];
  const ask = (how: string) => async (left: readonly { index: number }[]) => {
    asked.push(`${how} ${left[0]!.index}`);
    return outcomes.shift()!;
  };
  const outcome = await afterTimeLimits(first, cases, { again: ask("again"), goOn: ask("on") });
  const found = outcome.kind === "fault" ? [] : outcome.cases;
  return { kind: outcome.kind, asked, cases: found.map(({ index, verdict }) => `${index} ${verdict}`) };
}

const OK = ["0 accepted", "1 accepted", "2 accepted", "3 accepted", "4 accepted"];
const FAULT: WorkerOutcome = { kind: "fault", message: "", cases: [] };

it("continues after a case on which the kernel hangs", async () => {
  expect(await afterwards(ended(0, 1, "run"), [done(2)])).toEqual({
    kind: "done",
    asked: ["on 2"],
    cases: OK.with(1, "1 time-limit"),
  });
});

it("stops at the second one", async () => {
  expect(await afterwards(ended(0, 1, "run"), [ended(2, 3, "run")])).toEqual({
    kind: "ended",
    asked: ["on 2"],
    cases: OK.with(1, "1 time-limit").with(3, "3 time-limit").slice(0, 4),
  });
});

it("omits no case if plans were late before any case ran", async () => {
  expect(await afterwards(ended(2, 2, "plan", true), [done(0)])).toEqual({
    kind: "done",
    asked: ["again 0"],
    cases: OK,
  });
});

it("has a case judged again if the machine was busy, and counts only the second try", async () => {
  expect(await afterwards(ended(0, 2, "run", true), [done(2)])).toEqual({
    kind: "done",
    asked: ["again 2"],
    cases: OK,
  });
});

it("does so once per submission", async () => {
  const next = [ended(0, 0, "run", true), ended(1, 1, "run", true)];
  expect(await afterwards(ended(0, 0, "run", true), next)).toEqual({
    kind: "ended",
    asked: ["again 0", "on 1"],
    cases: ["0 time-limit", "1 time-limit"],
  });
});

it.each(["plan", "compile"] as const)("does not continue after a late %s, but may repeat it", async (stage) => {
  expect((await afterwards(ended(0, 1, stage))).asked).toEqual([]);
  expect((await afterwards(ended(0, 1, stage, true), [ended(1, 1, stage)])).asked).toEqual(["again 1"]);
});

it("keeps earlier results if continuing fails, and requests nothing after the last case", async () => {
  const kept = OK.with(1, "1 time-limit").slice(0, 2);
  expect(await afterwards(ended(0, 1, "run"), [FAULT])).toEqual({ kind: "ended", asked: ["on 2"], cases: kept });
  expect((await afterwards(ended(0, 1, "run", true), [FAULT])).kind).toBe("fault");
  expect((await afterwards(ended(0, 4, "run"))).asked).toEqual([]);
});

it("does not change an outcome that was not late", async () => {
  const crashed: WorkerOutcome = { kind: "ended", cases: [result(cases[0]!, "device-lost")] };
  expect(await afterwards(crashed)).toEqual({ kind: "ended", asked: [], cases: ["0 device-lost"] });
  expect((await afterwards(done(0))).asked).toEqual([]);
});
