import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../harness/files/package-root.ts";
import type { Attempt } from "../../harness/results/attempt.ts";
import type { Entry } from "../../harness/testing/corpus/entry.ts";
import { writeSubmission } from "../../harness/testing/corpus/submission.ts";

/** The outcome of a submission of known verdict. */
export interface Outcome {
  readonly known: Entry;
  readonly attempt: Attempt | undefined;
  /** The deviation from the expected outcome; undefined if there is none. */
  readonly fault: string | undefined;
}

/** Only softmax has speed points, so only its accepted kernels are measured. */
const ASSIGNMENT = `title: hostile and honest
software: true
tasks:
  softmax: { points: 10, correctness: 0.6, speed: { against: plain, full: 4.0 } }
`;

/** A successful cheat would be faster than this: without the cheat, its kernel is about as fast as plain. */
const NO_GAIN = 2;

/** Grades submissions of known verdict together, in one run of the command line. */
export async function gradeKnown(
  submissions: readonly Entry[],
  setting: {
    readonly seed: string;
    readonly jobs: number;
    readonly isMeasured: boolean;
    /** Given each line of progress. */
    onLine?(line: string): void;
  },
): Promise<Outcome[]> {
  const folder = mkdtempSync(join(tmpdir(), "kernelmark-redteam-"));
  try {
    const root = join(folder, "submissions");
    for (const known of submissions) await writeSubmission(root, known);
    const assignment = join(folder, "assignment.yaml");
    writeFileSync(assignment, ASSIGNMENT);
    const out = join(folder, "run");
    const args = ["grade", root, "--fresh", "--out", out, "--seed", setting.seed, "--jobs", String(setting.jobs)];
    args.push(...(setting.isMeasured ? ["--assignment", assignment, "--budget", "100ms"] : ["--no-measure"]));
    const code = await kernelmark(args, setting.onLine);
    // 3 means a harness-error: the table shows it as missed or falsely accused.
    if (code !== 0 && code !== 3) throw new Error(`kernelmark grade exited with ${code}`);
    const { attempts }: { attempts: Attempt[] } = JSON.parse(readFileSync(join(out, "results.json"), "utf8"));
    return submissions.map((known) => {
      const attempt = attempts.find(({ candidate, task }) => candidate === known.name && task === known.task);
      return { known, attempt, fault: faultOf(known, attempt, setting.isMeasured) };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function faultOf(known: Entry, attempt: Attempt | undefined, isMeasured: boolean): string | undefined {
  if (attempt === undefined) return "it was not graded";
  if (!known.expect.includes(attempt.verdict)) return `${attempt.verdict}: ${attempt.message}`;
  if (known.everywhere) {
    const right = attempt.cases.find(({ verdict, shape }) => verdict === "accepted" && !isSingle(shape));
    if (right !== undefined) return `accepted on ${JSON.stringify(right.shape)}, ${right.data} data`;
  }
  if (!known.timed || !isMeasured || attempt.verdict !== "accepted") return undefined;
  const { measurement } = attempt;
  if (measurement === null) return "it was not measured";
  // Without a measurement, there are no points for speed.
  if (measurement.state !== "measured") return undefined;
  return measurement.speedup > NO_GAIN ? `it gained: ${measurement.speedup.toFixed(2)} times as fast` : undefined;
}

/** A shape whose tensors all have one element, for which a guess may be correct. */
function isSingle(shape: Readonly<Record<string, number>>): boolean {
  return Object.values(shape).every((size) => size === 1);
}

function kernelmark(args: readonly string[], onLine: (line: string) => void = () => {}): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(packageRoot(), "bin", "kernelmark.js"), ...args], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let rest = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      for (const line of lines) onLine(line);
    });
    child.on("error", reject).on("close", resolve);
  });
}
