import { expect, test } from "vitest";
import type { Case } from "../../judge/case.ts";
import { LocalJudge, type LocalJudgement } from "../../judge/judge-locally.ts";
import { elementCount } from "../../task/dims.ts";
import type { Task } from "../../task/task.ts";
import { allSpecimens } from "./all-specimens.ts";
import type { Specimen } from "./specimen.ts";
import { unseenSpecimens } from "./unseen.ts";

const FEWEST_NAMED = 30;
const FEWEST_UNSEEN_NAMED = 1;
const MANY_ROWS = 65_535;

/** Cases that take no time: small ones of every kind of data, and plain ones that are a little larger. */
function isCheap({ spec }: Task, { shape, params, data }: Case): boolean {
  const elements = spec.outputs.reduce((sum, output) => sum + elementCount(output, shape), 0);
  return elements <= (data === "plain" ? 25_000 : 200) && spec.flops(shape, params) <= 3e6;
}

/** So many cases are judged of each kind: compiling and running them is what takes time, not the diagnosis. */
const MOST_PLAIN = 7;
const MOST_OTHER = 3;

/** Of the cheap cases a few, from the cheapest to the dearest. */
function chosenCases(task: Task, cases: readonly Case[]): ReadonlySet<Case> {
  const cost = ({ shape, params }: Case) => task.spec.flops(shape, params);
  const cheap = cases.filter((one) => isCheap(task, one)).sort((a, b) => cost(a) - cost(b));
  const plain = cheap.filter(({ data }) => data === "plain");
  const others = cheap.filter(({ data }) => data !== "plain");
  return new Set([...spread(plain, MOST_PLAIN), ...spread(others, MOST_OTHER)]);
}

/** So many at even distances, the last one among them. */
function spread<T>(all: readonly T[], most: number): T[] {
  return Array.from({ length: Math.min(most, all.length) }, (_, at) => {
    const step = Math.max(1, all.length / most);
    return all[all.length - 1 - Math.floor(at * step)]!;
  });
}

/** All that a candidate reads about what is wrong. */
function told({ message, mistake, findings }: LocalJudgement): string {
  return [mistake?.about, ...findings.map(({ sentence }) => sentence), message].join(" ");
}

interface Group {
  readonly task: Task;
  readonly specimens: readonly Specimen[];
}

/** Judges each specimen, and says which of them got a message that names their cause. */
async function namedOf(groups: readonly Group[]): Promise<boolean[]> {
  const named: boolean[] = [];
  for (const { task, specimens } of groups) {
    const judge = await LocalJudge.open(task, { seed: "specimens" });
    const chosen = chosenCases(task, judge.cases);
    for (const { name, cause, says, plan, needsManyRows = false } of specimens) {
      const only = (one: Case) => chosen.has(one) || (needsManyRows && (one.shape.rows ?? 0) > MANY_ROWS);
      const judgement = await judge.judge(plan, { only });
      expect(judgement.verdict, `${task.spec.name}: ${name}`).toBe("wrong-answer");
      const text = told(judgement);
      const isNamed = says.every((pattern) => pattern.test(text));
      named.push(isNamed);
      process.stderr.write(`${isNamed ? "named" : "NOT named"}: ${task.spec.name}, ${name} (${cause}): ${text}\n`);
    }
  }
  return named;
}

test(`at least ${FEWEST_NAMED} of the 40 specimens get a message that names their cause`, async () => {
  const named = await namedOf(allSpecimens);
  expect(named).toHaveLength(40);
  expect(named.filter(Boolean).length).toBeGreaterThanOrEqual(FEWEST_NAMED);
});

test("of the ten that no finder was mended by, some get one", async () => {
  const named = await namedOf(unseenSpecimens);
  expect(named).toHaveLength(10);
  expect(named.filter(Boolean).length).toBeGreaterThanOrEqual(FEWEST_UNSEEN_NAMED);
});
