import { expect, test } from "vitest";
import type { Case } from "../../judge/case.ts";
import { LocalJudge, type LocalJudgement } from "../../judge/judge-locally.ts";
import { elementCount } from "../../task/dims.ts";
import type { Task } from "../../task/task.ts";
import { allSpecimens } from "./all-specimens.ts";

const FEWEST_NAMED = 30;
const MANY_ROWS = 65_535;

/** Cases that take no time: small ones of every kind of data, and plain ones that are a little larger. */
function isCheap({ spec }: Task, { shape, params, data }: Case): boolean {
  const elements = spec.outputs.reduce((sum, output) => sum + elementCount(output, shape), 0);
  return elements <= (data === "plain" ? 25_000 : 200) && spec.flops(shape, params) <= 3e6;
}

/** All that a candidate reads about what is wrong. */
function told({ message, mistake, findings }: LocalJudgement): string {
  return [mistake?.about, ...findings.map(({ sentence }) => sentence), message].join(" ");
}

test(`at least ${FEWEST_NAMED} of the 40 specimens get a message that names their cause`, async () => {
  const unnamed: string[] = [];
  let count = 0;
  for (const { task, specimens } of allSpecimens) {
    const judge = await LocalJudge.open(task, { seed: "specimens" });
    for (const { name, cause, says, plan, needsManyRows = false } of specimens) {
      count++;
      const only = (one: Case) => isCheap(task, one) || (needsManyRows && (one.shape.rows ?? 0) > MANY_ROWS);
      const judgement = await judge.judge(plan, { only });
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
