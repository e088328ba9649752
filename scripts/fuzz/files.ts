import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { estimateCaseFile } from "../../harness/cli/evaluate-case.ts";
import { goldenFolder } from "../../harness/cli/golden-files.ts";
import { parseAdjustments } from "../../harness/marks/adjustments-file.ts";
import { parseExtensions } from "../../harness/marks/extensions-file.ts";
import { parseAssignment } from "../../harness/marks/read-assignment.ts";
import { parseReceived } from "../../harness/marks/received-file.ts";
import { marksOf } from "../../harness/marks/results-marks.ts";
import { parseTeams } from "../../harness/marks/teams-file.ts";
import { defaultAssignment } from "../../harness/results/assignment.ts";
import { readLog } from "../../harness/run/attempt-log.ts";
import { readResults } from "../../harness/run/results-file.ts";
import { madeUpAttempt, madeUpRun } from "../../harness/testing/made-up-run.ts";
import { UserError } from "../../harness/text/user-error.ts";
import { anyJson, mutated, mutatedJson, noise } from "./mutations.ts";
import { target } from "./target.ts";

const attempt = madeUpAttempt("alice", "softmax", "wrong-answer", {
  evidence: { kind: "limit", what: "The kernel", limitMs: 4000 },
  caseCount: 30,
  durationMs: 12.5,
});
const results = madeUpRun([attempt], {
  assignment: {
    ...defaultAssignment(["softmax"]),
    deadline: "2026-05-04T18:00:00Z",
    late: { perDay: "10 %", grace: "15m", days: 2, until: "7d" },
    attempts: "best",
  },
  refused: [{ path: "bob", reason: "It is a symbolic link." }],
  received: [{ candidate: "alice", at: "2026-05-05T18:00:00Z" }],
  extensions: [{ candidate: "alice", extra: "2d", days: 1 }],
  adjustments: [{ candidate: "alice", task: "softmax", change: -1, reason: "late form" }],
  teams: [{ team: "red", candidate: "alice" }],
  earlier: [{ run: "monday", attempts: [attempt] }],
});

const texts = (values: fc.Arbitrary<unknown>, example: string) =>
  fc.oneof(
    values.map((value) => JSON.stringify(value)),
    mutated([example]),
    noise.map((bytes) => Buffer.from(bytes).toString("latin1")),
  );

/** A run's log, possibly damaged by a crash, a disk or a person. */
export const logs = target(
  "logs",
  fc
    .array(texts(fc.oneof(anyJson, mutatedJson([attempt])), JSON.stringify(attempt)), { maxLength: 4 })
    .map((lines) => `${JSON.stringify(attempt)}\n${lines.join("\n")}`),
  inFolder("attempts.jsonl", (_, folder) => readLog(folder)),
);

/** A run's results, for remaking reports. */
export const resultFiles = target(
  "results.json",
  texts(fc.oneof(anyJson, mutatedJson([results])), JSON.stringify(results)),
  inFolder("results.json", async (_, folder) => marksOf(await readResults(folder))),
);

const ASSIGNMENT = `title: GPU kernels
software: true
practice: false
deadline: 2026-05-04T18:00:00Z
late: { perDay: 10 %, grace: 15m, days: 2, until: 7d }
attempts: best
drop: 1
tasks:
  softmax: { points: 10, correctness: 0.6, speed: { against: plain, full: 4.0 }, groups: { tiny: { weight: 2 } } }
  gmm-e-step: { points: 10, speed: { against: tuned, table: [[1.5, 2], [3, 4]] } }
`;

/** An instructor's assignment. */
export const assignments = target("assignments", texts(anyJson, ASSIGNMENT), (text) =>
  parseAssignment(text, "assignment.yaml", ["softmax", "gmm-e-step"], new Map([["softmax", ["tiny"]]])),
);

const TABLE = `candidate,team,task,points,change,reason,until,extra,days,received
alice,red,softmax,7,,read by hand,2026-05-06T18:00:00Z,,1,2026-05-04T17:00:00Z
bob,red,,,-1,late form,,2d,,
`;
const KNOWN = { candidates: ["alice", "bob"], tasks: { softmax: 10 } };

/** An instructor's tables: adjustments, extensions, hand-in times and teams. */
export const tables = target("tables", texts(anyJson, TABLE), (text) => {
  let refusal: unknown;
  for (const parse of [
    () => parseAdjustments(text, "adjustments.csv", KNOWN),
    () => parseExtensions(text, "extensions.csv", KNOWN, "2026-05-04T18:00:00Z"),
    () => parseReceived(text, "times.csv"),
    () => parseTeams(text, "teams.csv", KNOWN.candidates),
  ]) {
    try {
      parse();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      refusal = error;
    }
  }
  if (refusal !== undefined) throw refusal;
});

const golden = readdirSync(goldenFolder)
  .filter((name) => name.endsWith(".json"))
  .map((name) => readFileSync(join(goldenFolder, name), "utf8"))
  .filter((text) => text.length < 4000);

/** A golden file, for `kernelmark oracle`. */
export const goldenFiles = target(
  "golden files",
  fc.oneof(
    mutatedJson(golden.map((text) => JSON.parse(text))).map((value) => JSON.stringify(value)),
    mutated(golden),
    anyJson.map((value) => JSON.stringify(value)),
  ),
  inFolder("case.json", (file) => estimateCaseFile(file)),
);

/** Writes an input to a file in a separate folder, and reads it. */
function inFolder(name: string, read: (file: string, folder: string) => unknown): (text: string) => Promise<void> {
  return async (text) => {
    const folder = mkdtempSync(join(tmpdir(), "kernelmark-fuzz-"));
    try {
      writeFileSync(join(folder, name), text);
      await read(join(folder, name), folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}
