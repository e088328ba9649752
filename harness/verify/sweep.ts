import type { AdapterChoice } from "../adapter/adapter.ts";
import type { KernelId } from "./kernels.ts";
import { inLanes } from "./lanes.ts";
import type { Answer, RunLimit, Scope } from "./proof-protocol.ts";
import type { Ended } from "./proof-worker.ts";

/** A kernel's results on the cases of one seed. */
export interface SweepResult {
  readonly task: string;
  readonly seed: string;
  readonly kernel: KernelId;
  /** The results of the cases, or how the kernel ended the process. */
  readonly outcome: Extract<Answer, { type: "cases" }> | Ended;
}

export interface SweepSetting {
  readonly adapter: AdapterChoice;
  readonly lanes: number;
  readonly tasks: readonly string[];
  readonly seeds: readonly string[];
  /** No further seed starts after this many minutes. */
  readonly minutes: number;
  readonly wants: (kernel: KernelId) => boolean;
  /** Which cases a kernel is judged on; all by default. */
  readonly scope?: (kernel: KernelId) => Scope | undefined;
}

const SUBMISSION_LIMIT: RunLimit = { factor: 1, extraMs: 0 };

/**
 * Judges kernels of known verdict on the cases of many seeds. Every task gets its first seed, then every task its
 * second, so that an interrupted sweep has covered all tasks equally.
 */
export async function sweep(
  { adapter, lanes, tasks, seeds, minutes, wants, scope: scopeOf = () => undefined }: SweepSetting,
  onResult: (result: SweepResult) => void,
): Promise<void> {
  const endMs = performance.now() + minutes * 60_000;
  const jobs = seeds.flatMap((seed) => tasks.map((task) => ({ task, seed })));
  await inLanes(jobs, lanes, { adapter }, async ({ task, seed }, worker) => {
    if (performance.now() > endMs) return;
    const list = await worker.ask({ type: "list-kernels", task }, "kernels");
    if (list.type === "ended") throw new Error(`${task}: ${list.message}`);
    for (const kernel of list.kernels.filter(wants)) {
      const scope = scopeOf(kernel);
      const subject = { task, seed, kernel, ...(scope === undefined ? {} : { scope }) };
      const question = { type: "judge", limit: SUBMISSION_LIMIT, ...subject } as const;
      onResult({ task, seed, kernel, outcome: await worker.ask(question, "cases") });
    }
    // The next seed needs other references.
    worker.close();
  });
}

/** That many seeds, distinguished by their number. */
export function drawSeeds(count: number, first: string): string[] {
  return Array.from({ length: count }, (_, index) => `${first}-${index + 1}`);
}
