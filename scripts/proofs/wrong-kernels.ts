import type { PlanFunction } from "../../harness/task/plan.ts";
import { examples, redteam, specimens, variants } from "../../harness/testing/corpus/corpora.ts";
import type { Entry } from "../../harness/testing/corpus/entry.ts";
import { planOf } from "../../harness/testing/corpus/submission.ts";
import { hasWrittenVariants, loadVariants } from "../../harness/verify/known-variants.ts";

/** A kernel that must never be accepted, and its origin. */
export interface WrongKernel {
  readonly name: string;
  readonly plan: PlanFunction;
}

const OTHERS = ["honest variants", "limited variants"];

/** All wrong kernels of a task, from every collection, except those that are wrong only when timed. */
export async function wrongKernels(task: string): Promise<WrongKernel[]> {
  const kept = [...(await variants(task)), ...specimens(), ...redteam(), ...examples()];
  const written = await Promise.all(
    kept
      .filter((one) => one.task === task && isWrong(one))
      .map(async (one) => ({ name: `${one.corpus}: ${one.name}`, plan: await planOf(one) })),
  );
  return hasWrittenVariants(task) ? written : [...written, ...(await generatedWrong(task))];
}

async function generatedWrong(task: string): Promise<WrongKernel[]> {
  const { wrong, imprecise } = await loadVariants(task);
  return [...wrong, ...imprecise].map(({ name, plan }) => ({ name: `generated: ${name}`, plan }));
}

function isWrong({ corpus, expect, timed }: Entry): boolean {
  return (
    expect.some((verdict) => verdict === "wrong-answer" || verdict === "imprecise") &&
    !timed &&
    !OTHERS.includes(corpus)
  );
}
