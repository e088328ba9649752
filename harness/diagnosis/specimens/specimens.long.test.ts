import { expect, test } from "vitest";
import type { Case } from "../../judge/case.ts";
import { LocalJudge, type LocalJudgement } from "../../judge/judge-locally.ts";
import { elementCount } from "../../task/dims.ts";
import type { Task } from "../../task/task.ts";
import { allSpecimens } from "./all-specimens.ts";

const FEWEST_NAMED = 30;

/** Cases that take no time, and the one with more rows than a dimension has workgroups. */
function isCheap({ spec }: Task): (one: Case) => boolean {
  return ({ shape, params }) => {
    const elements = spec.outputs.reduce((sum, output) => sum + elementCount(output, shape), 0);
    return (
      (elements <= 25_000 && spec.flops(shape, params) <= 3e6) || (spec.name === "softmax" && shape.rows! > 65_535)
    );
  };
}

/** All that a candidate reads about what is wrong. */
function told({ message, mistake }: LocalJudgement): string {
  return `${message} ${mistake?.about ?? ""}`;
}

test(`at least ${FEWEST_NAMED} of the 40 specimens get a message that names their cause`, async () => {
  const unnamed: string[] = [];
  let count = 0;
  for (const { task, specimens } of allSpecimens) {
    const judge = await LocalJudge.open(task, { seed: "specimens", only: isCheap(task) });
    for (const { name, cause, says, plan } of specimens) {
      count++;
      const judgement = await judge.judge(plan);
      expect(judgement.verdict, `${task.spec.name}: ${name}`).toBe("wrong-answer");
      const text = told(judgement);
      if (says.every((pattern) => pattern.test(text))) continue;
      unnamed.push(`${task.spec.name}: ${name} (${cause}): ${text}`);
    }
  }
  console.log(`${count - unnamed.length} of ${count} named; not named:\n${unnamed.join("\n")}`);
  expect(count).toBe(40);
  expect(count - unnamed.length).toBeGreaterThanOrEqual(FEWEST_NAMED);
});
