import type { PlanFunction } from "../../harness/task/plan.ts";
import type { Variant } from "../../harness/task/variant.ts";
import { examples, natural, redteam, specimens } from "../../harness/testing/corpus/corpora.ts";
import type { Entry } from "../../harness/testing/corpus/entry.ts";
import { planOf } from "../../harness/testing/corpus/submission.ts";
import { loadVariants } from "../../harness/verify/known-variants.ts";

/** A kernel that must never be accepted, and its origin. */
export interface WrongKernel {
  readonly name: string;
  readonly plan: PlanFunction;
}

/** All wrong kernels of a task, from every collection, except those that are wrong only when timed. */
export async function wrongKernels(task: string): Promise<WrongKernel[]> {
  const { wrong, imprecise } = await loadVariants(task);
  const named = (corpus: string) => (variant: Variant) => ({ name: `${corpus}: ${variant.name}`, plan: variant.plan });
  const submitted = await Promise.all(
    [...specimens(), ...natural(), ...redteam(), ...examples()]
      .filter((one) => one.task === task && isWrong(one))
      .map(async (one) => ({ name: `${one.corpus}: ${one.name}`, plan: await planOf(one) })),
  );
  return [...wrong.map(named("wrong variants")), ...imprecise.map(named("imprecise variants")), ...submitted];
}

function isWrong({ expect, timed }: Entry): boolean {
  return expect.some((verdict) => verdict === "wrong-answer" || verdict === "imprecise") && !timed;
}
