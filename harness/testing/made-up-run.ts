import type { Assignment } from "../results/assignment.ts";
import { type Attempt, noTimings } from "../results/attempt.ts";
import type { Measured } from "../results/measurement.ts";
import type { NotTaken } from "../results/not-taken.ts";
import type { Results } from "../results/results.ts";
import type { RosterEntry } from "../results/roster.ts";
import type { Verdict } from "../results/verdict.ts";

/** Text that every format must escape: markup, a formula, a terminal's command, a workflow's command, reordering. */
export const NASTY = `=HYPERLINK("http://x";"y"),]]></script>&'\u001b[31m\u0000\u202e\ufffe\ud800\n::error::`;

/** For tests: an attempt with two cases. */
export function madeUpAttempt(
  candidate: string,
  task: string,
  verdict: Verdict,
  changes: Partial<Attempt> = {},
): Attempt {
  const one = { shape: { n: 1 }, params: {}, data: "plain", evidence: null, remarks: [] };
  const right = { ...one, index: 0, group: "tiny", verdict: "accepted", message: "Right.", largestShare: 0.5 } as const;
  const second =
    verdict === "accepted"
      ? { ...right, index: 1, group: "long" }
      : { ...one, index: 1, group: "long", verdict, message: "No." };
  return {
    ...{ schema: 1, candidate, task, file: `${task}.ts`, hash: "00", files: [], verdict, message: "What happened." },
    ...{
      evidence: null,
      mistake: null,
      findings: [],
      cases: verdict === "missing" ? [] : [right, second],
      caseCount: 2,
    },
    ...{ log: "", remarks: [], startedAt: "2026-01-01T00:00:00.000Z", durationMs: 1500, timings: noTimings },
    measurement: null,
    ...changes,
  };
}

/** For tests: a measurement of one shape. */
export function madeUpMeasurement(estimate: number, changes: Partial<Measured> = {}): Measured {
  const shape = { rows: 4, cols: 4 };
  const speedup = { estimate, low: estimate * 0.99, high: estimate * 1.01 };
  return {
    ...{ state: "measured", against: "plain", clock: "timestamps", tickNs: 1, budgetMs: 100, speedup: estimate },
    ...{ isImplausible: false, findings: [], roofline: { copies: [], f32PerSecond: 1e9, int8PerSecond: 1e9 } },
    shapes: [
      {
        ...{ name: "small", shape, params: {}, candidateNs: 1000 / estimate, yardstickNs: 1000, speedup },
        ...{ noiseFloor: { estimate: 1, low: 0.99, high: 1.01 }, bytes: 128, flops: 64, rooflineShare: 0.1 },
        ...{ isImplausible: false, stoppedBy: "precision", runsPerSample: 1, inputSets: 1, inputSetBytes: 128 },
        ...{ busyShare: 0.9, checkedOutputs: 3, samples: [[1000 / estimate, 1000]] },
      },
    ],
    ...changes,
  };
}

/** For tests: someone on a roster. */
export function madeUpPerson(candidate: string, changes: Partial<RosterEntry> = {}): RosterEntry {
  const unknown = { name: "", email: "", login: "", id: "", section: "", sisId: "", platformId: "" };
  return { candidate, ...unknown, ...changes };
}

/** For tests: a candidate's file that was not taken, because of its name. */
export function madeUpNotTaken(candidate: string, file: string, task: string, instead = ""): NotTaken {
  const path = `${candidate}/${file}`;
  const fix = `Rename it to \`${task}.ts\`.`;
  return { candidate, path, task, instead, reason: "Its name is not that of a task.", fix };
}

const ASSIGNMENT: Assignment = {
  title: "Week 3",
  tasks: {
    softmax: { points: 10, correctness: 0.6, speed: { against: "plain", full: 4 } },
    attention: { points: 5, correctness: 1 },
  },
  practice: false,
  software: true,
};

/** For tests: a run in which softmax gives 10 points, 4 of them for speed, and attention 5. */
export function madeUpRun(attempts: readonly Attempt[], changes: Partial<Results> = {}): Results {
  const groups = { tiny: [0], long: [1] };
  return {
    ...{ schema: 1, run: "run", harnessVersion: "0.1.0", dawnVersion: "1", seed: "5eed", assignment: ASSIGNMENT },
    adapter: {
      ...{ name: "swiftshader", kind: "software", description: "SwiftShader", vendor: "google", architecture: "" },
      driver: "",
    },
    ...{ caseGroups: { softmax: groups, attention: groups }, refused: [], notTaken: [], remarks: [], roster: [] },
    ...{ startedAt: "2026-01-01T00:00:00Z", state: "finished", attempts },
    ...changes,
  };
}
