import { afterAll, beforeAll, expect, test } from "vitest";
import { loadTask } from "../catalog/load.ts";
import { natural } from "../testing/corpus/corpora.ts";
import { planOf } from "../testing/corpus/submission.ts";
import { edited, lineOf, openRowJudge } from "../testing/row-kernel.ts";
import { LocalJudge } from "../verify/judge-locally.ts";

let judge: Awaited<ReturnType<typeof openRowJudge>>;
beforeAll(async () => {
  judge = await openRowJudge();
});
afterAll(() => judge.close());

// The kinds that repairs.test.ts leaves out.
test.each([
  [
    "a barrier",
    "part[lane] = squares;\n  workgroupBarrier();",
    "part[lane] = squares;",
    /missing after `part\[lane\] = squares/,
    "part[lane] = squares",
  ],
  ["all lanes of the tree", "width = 32u", "width = 8u", /^$/, ""],
  ["half of the tree", "width = 32u", "width = 16u", /only some of the lanes.*`16u` should be `32u`/, "width = 32u"],
  ["another row of gamma", "gamma[c]", "gamma[row]", /`row` should be `c`/, "gamma[c]"],
])("%s: the change that makes the failing cases pass, and its line", async (_, from, to, cause, line) => {
  const { verdict, findings } = await judge.judge(edited(from, to), { triesRepairs: true });
  expect(verdict).toBe("wrong-answer");
  const repair = findings.find(({ kind }) => kind === "repair");
  if (line === "") return expect(repair).toBeUndefined();
  expect(repair?.sentence).toMatch(cause);
  expect(repair?.place?.line).toBe(lineOf(line));
});

test("a change of an index is not blamed where only special data fail", async () => {
  const task = await loadTask("prefix-sum");
  const mistake = natural().find(({ name }) => name === "own sum taken away again")!;
  const sums = await LocalJudge.open(task, { seed: "natural", only: ({ shape }) => shape.size! <= 1013 });
  const { verdict, findings } = await sums.judge(await planOf(mistake), { triesRepairs: true });
  sums.close();
  expect(verdict).toBe("wrong-answer");
  expect(findings.map(({ sentence }) => sentence).join(" ")).not.toMatch(/one too (high|low)|offset/);
});
