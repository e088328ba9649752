import { loadTask } from "../../harness/catalog/load.ts";
import { withLead } from "../../harness/results/lead.ts";
import type { Verdict } from "../../harness/results/verdict.ts";
import { natural, naturalKernels } from "../../harness/testing/corpus/corpora.ts";
import type { Entry } from "../../harness/testing/corpus/entry.ts";
import { planOf } from "../../harness/testing/corpus/submission.ts";
import { LocalJudge, type LocalJudgement } from "../../harness/verify/judge-locally.ts";
import { acceptedSeeds } from "../proofs/accepted-seeds.ts";

/** What a message names; `unread` if it matches neither the patterns of the cause nor those of a symptom. */
export type Outcome = "cause" | "symptom" | "unread";

export interface JudgedMistake {
  readonly task: string;
  readonly name: string;
  readonly idea: string;
  readonly verdict: Verdict;
  /** The sentences that a candidate reads first. */
  readonly lead: string;
  readonly outcome: Outcome;
}

const SEED = "natural";

/** The verdict of the kernel that a task's natural mistakes are made in. */
export async function correctVerdict(task: string): Promise<Verdict> {
  const kernel = naturalKernels().find((one) => one.task === task)!;
  const judge = await LocalJudge.open(await loadTask(task), { seed: SEED });
  const { verdict } = await judge.judge(await planOf(kernel));
  judge.close();
  return verdict;
}

/** Judges all of a task's natural mistakes, or those named, on all cases. */
export async function judgeMistakes(task: string, names?: readonly string[]): Promise<JudgedMistake[]> {
  const judge = await LocalJudge.open(await loadTask(task), { seed: SEED });
  const judged: JudgedMistake[] = [];
  for (const one of mistakesOf(task).filter(({ name }) => names?.includes(name) ?? true)) {
    const judgement = await judge.judge(await planOf(one), { triesRepairs: true });
    const lead = leadOf(judgement);
    const { name, idea } = one;
    judged.push({ task, name, idea, verdict: judgement.verdict, lead, outcome: outcomeOf(one, lead) });
  }
  judge.close();
  return judged;
}

/** The seeds under which each of a task's natural mistakes is accepted. */
export async function seedsOfMistakes(
  task: string,
  seeds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const kernels = await Promise.all(mistakesOf(task).map(async (one) => ({ name: one.name, plan: await planOf(one) })));
  return acceptedSeeds(await loadTask(task), kernels, seeds);
}

function mistakesOf(task: string): Entry[] {
  return natural().filter((one) => one.task === task);
}

function leadOf({ message, mistake, findings }: LocalJudgement): string {
  return withLead("", mistake, findings).trim() || message;
}

function outcomeOf({ says, shows }: Entry, lead: string): Outcome {
  const matches = (patterns: readonly RegExp[]) => patterns.length > 0 && patterns.every((one) => one.test(lead));
  if (matches(says)) return "cause";
  return matches(shows) ? "symptom" : "unread";
}
