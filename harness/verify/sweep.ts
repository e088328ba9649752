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
  readonly task: string;
  readonly seeds: readonly string[];
  /** Which cases a kernel is judged on; all if undefined. */
  readonly scope: (kernel: KernelId) => Scope | undefined;
}

const SUBMISSION_LIMIT: RunLimit = { factor: 1, extraMs: 0 };

/** Seeds under which every kernel is judged, and the time for the built-in ones is taken. */
const WHOLE_SEEDS = 3;
/** Under further seeds, each honest variant is judged once in so many. */
const HONEST_TURNS = 4;

/**
 * Judges kernels of known verdict: all of them under the first seeds; under further ones `plain`, `tuned`, and honest
 * variants in turn.
 */
export async function sweep(
  { adapter, lanes, task, seeds, scope: scopeOf }: SweepSetting,
  onResult: (result: SweepResult) => void,
): Promise<void> {
  await inLanes([...seeds.entries()], lanes, { adapter }, async ([turn, seed], worker) => {
    const list = await worker.ask({ type: "list-kernels", task }, "kernels");
    if (list.type === "ended") throw new Error(`${task}: ${list.message}`);
    for (const kernel of kernelsInTurn(list.kernels, turn)) {
      const isTimed = turn < WHOLE_SEEDS && (kernel.name === "plain" || kernel.name === "tuned");
      // What many workgroups show, another seed does not change.
      const scope = scopeOf(kernel) ?? (turn === 0 || isTimed ? undefined : "few-workgroups");
      const subject = { task, seed, kernel, ...(scope === undefined ? {} : { scope }) };
      const question = { type: "judge", limit: SUBMISSION_LIMIT, isTimed, ...subject } as const;
      onResult({ task, seed, kernel, outcome: await worker.ask(question, "cases") });
    }
  });
}

/** @param turn the seed's number, from 0 */
export function kernelsInTurn(kernels: readonly KernelId[], turn: number): readonly KernelId[] {
  if (turn < WHOLE_SEEDS) return kernels;
  const honest = kernels.filter(({ role }) => role === "honest");
  const isDue = (kernel: KernelId) => honest.indexOf(kernel) % HONEST_TURNS === turn % HONEST_TURNS;
  return kernels.filter((kernel) => kernel.role === "plain" || kernel.role === "tuned" || isDue(kernel));
}

/** That many seeds, distinguished by their number. */
export function drawSeeds(count: number, first: string): string[] {
  return Array.from({ length: count }, (_, index) => `${first}-${index + 1}`);
}
