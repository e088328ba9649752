import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Measured } from "../../harness/results/measurement.ts";
import type { AdapterDescription } from "../../harness/results/results.ts";

/** A task's tuned kernel against plain: the output of `bench --json`, or why there is none. */
export type TunedKernel =
  | (Measured & { readonly task: string; readonly adapter: AdapterDescription })
  | { readonly state: "failed"; readonly task: string; readonly message: string };

/** What `scripts/hardware.sh` found on a machine. Parts that failed are undefined. */
export interface Machine {
  /** `2026-11-30`. */
  readonly date: string;
  readonly doctor: { readonly ok: boolean; readonly adapter: AdapterDescription | null } | undefined;
  readonly calibration: { readonly isUsable: boolean; readonly verdict: string } | undefined;
  readonly kernels: readonly TunedKernel[];
  /** The verdicts of the graded submissions, and how many of them were measured. */
  readonly graded: { readonly verdicts: readonly string[]; readonly measured: number } | undefined;
}

export function readMachine(folder: string): Machine {
  const bench = join(folder, "bench");
  const tasks = readdirSync(bench)
    .filter((name) => name.endsWith(".json"))
    .map((name) => basename(name, ".json"));
  const results = jsonIn(join(folder, "grade", "results.json"));
  return {
    date: readFileSync(join(folder, "summary.txt"), "utf8").slice(0, "2026-11-30".length),
    doctor: jsonIn(join(folder, "doctor.json")),
    calibration: jsonIn(join(folder, "calibrate.json")),
    kernels: tasks.map((task) => readKernel(bench, task)),
    graded: results && {
      verdicts: results.attempts.map(({ verdict }: { verdict: string }) => verdict),
      measured: results.attempts.filter(
        ({ measurement }: { measurement: { state: string } | null }) => measurement?.state === "measured",
      ).length,
    },
  };
}

function readKernel(bench: string, task: string): TunedKernel {
  const document = jsonIn(join(bench, `${task}.json`));
  if (document?.state === "measured") return document;
  const message = document?.message ?? textIn(join(bench, `${task}.json.err`)) ?? "no result";
  return { state: "failed", task, message: message.trim().split("\n")[0] };
}

/** Undefined if the file is missing or incomplete: its part failed or was stopped. */
// biome-ignore lint/suspicious/noExplicitAny: written by this version's commands
function jsonIn(path: string): any {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

function textIn(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
