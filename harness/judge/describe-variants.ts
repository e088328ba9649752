import { beforeAll, describe, expect, it } from "vitest";
import type { PlanFunction } from "../submission/plan.ts";
import type { Task } from "../task/task.ts";
import type { Variants } from "../task/variant.ts";
import { describeCase } from "./case.ts";
import { LocalJudge, type LocalJudgement } from "./judge-locally.ts";

/** The tests that every task's kernels must pass: each gets the verdict that it is kept for. */
export function describeVariants<K extends string, P extends string>(task: Task<K, P>, variants: Variants<K, P>): void {
  let judge: LocalJudge<K, P>;
  beforeAll(async () => {
    judge = await LocalJudge.open(task);
  });

  const expectAccepted = async (plan: PlanFunction<K, P>) => {
    const judgement = await judge.judge(plan);
    expect(failures(judgement), `seed ${judge.seed}`).toEqual([]);
  };

  describe(`honest kernels of ${task.spec.name} are accepted`, () => {
    it("plain", () => expectAccepted(task.plain));
    it("tuned", () => expectAccepted(task.tuned));
    it.each(variants.honest)("$name", ({ plan }) => expectAccepted(plan));
  });

  describe(`kernels of ${task.spec.name} that round to f16 are not accepted`, () => {
    it.each(variants.imprecise)("$name", async ({ plan }) => {
      const { verdict } = await judge.judge(plan);
      expect(["imprecise", "wrong-answer"], `seed ${judge.seed}`).toContain(verdict);
    });
  });

  describe(`kernels of ${task.spec.name} with a known mistake get its hint`, () => {
    it.each(variants.wrong)("$name", async ({ plan, mistake }) => {
      const judgement = await judge.judge(plan);
      expect(judgement.verdict, `seed ${judge.seed}`).toBe("wrong-answer");
      expect(judgement.mistake?.name, `seed ${judge.seed}`).toBe(mistake);
    });
  });
}

/** Cases that are neither accepted nor unsupported on this adapter. */
function failures({ cases }: LocalJudgement): string[] {
  return cases
    .filter(({ verdict }) => verdict !== "accepted" && verdict !== "unsupported")
    .map((result) => `${describeCase(result)}: ${result.verdict}: ${result.message}`);
}
