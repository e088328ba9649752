import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { evaluateCaseFile } from "../../harness/cli/evaluate-case.ts";
import { goldenFolder } from "../../harness/cli/golden-files.ts";
import { parseAssignment } from "../../harness/marks/read-assignment.ts";
import { marksOf } from "../../harness/marks/results-marks.ts";
import { defaultAssignment } from "../../harness/results/assignment.ts";
import { readLog } from "../../harness/run/attempt-log.ts";
import { readResults } from "../../harness/run/results-file.ts";
import { madeUpAttempt, madeUpRun } from "../../harness/testing/made-up-run.ts";
import { anyJson, mutated, mutatedJson, noise } from "./mutations.ts";
import { target } from "./target.ts";

const attempt = madeUpAttempt("alice", "softmax", "wrong-answer", {
  evidence: { kind: "limit", what: "The kernel", limitMs: 4000 },
  caseCount: 30,
  durationMs: 12.5,
});
const results = madeUpRun([attempt], {
  assignment: defaultAssignment(["softmax"]),
  refused: [{ path: "bob", reason: "It is a symbolic link." }],
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
tasks:
  softmax: { points: 10, correctness: 0.6, speed: { against: plain, full: 4.0 } }
  gmm-e-step: { points: 15 }
`;

/** An instructor's assignment. */
export const assignments = target("assignments", texts(anyJson, ASSIGNMENT), (text) =>
  parseAssignment(text, "assignment.yaml", ["softmax", "gmm-e-step"]),
);

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
  inFolder("case.json", (file) => evaluateCaseFile(file)),
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
