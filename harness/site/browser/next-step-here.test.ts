import { expect, it } from "vitest";
import type { Attempt } from "../../results/attempt.ts";
import { VERDICTS } from "../../results/verdict.ts";
import { nextStepHere } from "./next-step-here.ts";

/** Pages show no verdict on a submission that is not there. */
const SHOWN = VERDICTS.filter((verdict) => verdict !== "missing");

it.each(SHOWN)("the next step after %s is one that a page has", (verdict) => {
  const attempt = { verdict, task: "softmax", mistake: null, evidence: null, cases: [] as const };
  const step = nextStepHere(attempt as unknown as Attempt);
  expect(step).not.toMatch(/kernelmark [a-z]/);
  expect(step).toMatch(/\.$/);
});
