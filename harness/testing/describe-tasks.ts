import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it, test } from "vitest";
import { Random } from "../../reference/random.ts";
import { loadTasks } from "../catalog/load.ts";
import { isDiagnosable } from "../judge/diagnosable.ts";
import { type Case, describeCase } from "../task/case.ts";
import { inconsistencies } from "../task/consistency.ts";
import type { PlanFunction } from "../task/plan.ts";
import type { Task } from "../task/task.ts";
import type { Variants } from "../task/variant.ts";
import { LocalJudge, type LocalJudgement } from "../verify/judge-locally.ts";
import { loadVariants } from "../verify/known-variants.ts";
import { tunedKernels } from "../verify/tuned-kernels.ts";

/** The number of random variants of each sort in a sample. */
const SAMPLE = { honest: 1, imprecise: 1, wrong: 1, limited: 1 } as const;

/**
 * The tests of a family: each task is complete and consistent, and all of its variants get their known verdicts.
 */
export async function describeFamily(family: string): Promise<void> {
  for (const task of await loadTasks()) {
    if (task.spec.family === family) describeTask(task, await loadVariants(task.spec.name));
  }
}

/** The same for some tasks at random, with a few variants of each. */
export async function describeSample(count: number): Promise<void> {
  for (const task of new Random(randomUUID(), "tasks").shuffled(await loadTasks()).slice(0, count)) {
    const variants = await loadVariants(task.spec.name);
    describeTask(task, sampleOf(variants, randomUUID()));
  }
}

function describeTask<K extends string, P extends string>(task: Task<K, P>, variants: Variants<K, P>): void {
  test(`${task.spec.name} is complete and consistent`, () => expect(inconsistencies(task)).toEqual([]));
  describeVariants(task, variants);
}

function describeVariants<K extends string, P extends string>(task: Task<K, P>, variants: Variants<K, P>): void {
  const seed = randomUUID();
  const { honest, imprecise, wrong, limited = [] } = variants;
  const { name } = task.spec;
  let judge: LocalJudge<K, P>;
  beforeAll(async () => {
    judge = await LocalJudge.open(task, { seed });
  });

  const expectAccepted = async (plan: PlanFunction<K, P>) => {
    expect(failures(await judge.judge(plan)), `seed ${seed}`).toEqual([]);
  };

  describe(`honest kernels of ${name} are accepted`, () => {
    it("plain", () => expectAccepted(task.plain));
    it.each(tunedKernels(task as Task))("$name", ({ plan }) => expectAccepted(plan));
    it.each(honest)("$name", ({ plan }) => expectAccepted(plan));
  });

  describe.runIf(imprecise.length > 0)(`kernels of ${name} that round to f16 are not accepted`, () => {
    it.each(imprecise)("$name", async ({ plan }) => {
      const { verdict } = await judge.judge(plan, { isEnough: (result) => result.verdict !== "accepted" });
      expect(["imprecise", "wrong-answer"], `seed ${seed}`).toContain(verdict);
    });
  });

  describe.runIf(limited.length > 0)(
    `kernels of ${name} that are correct only in a part of its ranges are refused`,
    () => {
      it.each(limited)("$name", async ({ plan }) => {
        const { verdict } = await judge.judge(plan, { isEnough: (result) => result.verdict === "wrong-answer" });
        expect(verdict, `seed ${seed}`).toBe("wrong-answer");
      });
    },
  );

  describe(`kernels of ${name} with a known mistake get its hint`, () => {
    // Larger cases are not diagnosed.
    const only = (one: Case) => isDiagnosable(task as Task, { case: one });
    it.each(wrong)("$name", async ({ plan, mistake }) => {
      const judgement = await judge.judge(plan, { only });
      expect(judgement.verdict, `seed ${seed}`).toBe("wrong-answer");
      expect(judgement.mistake?.name, `seed ${seed}`).toBe(mistake);
    });
  });

  it(`the starter of ${name} compiles and runs, and is not yet correct`, async () => {
    const { plan } = task.starter;
    const { verdict } = await judge.judge(plan, { only: ({ index }) => index < 8 });
    expect(verdict, `seed ${seed}`).toBe("wrong-answer");
  });
}

function sampleOf<K extends string, P extends string>(
  { honest, imprecise, wrong, limited = [] }: Variants<K, P>,
  seed: string,
): Variants<K, P> {
  const random = new Random(seed, "variants");
  return {
    honest: random.shuffled(honest).slice(0, SAMPLE.honest),
    imprecise: random.shuffled(imprecise).slice(0, SAMPLE.imprecise),
    wrong: random.shuffled(wrong).slice(0, SAMPLE.wrong),
    limited: random.shuffled(limited).slice(0, SAMPLE.limited),
  };
}

/** Cases that are neither accepted nor unsupported on this adapter. */
function failures({ cases }: LocalJudgement): string[] {
  return cases
    .filter(({ verdict }) => verdict !== "accepted" && verdict !== "unsupported")
    .map((result) => `${describeCase(result)}: ${result.verdict}: ${result.message}`);
}
