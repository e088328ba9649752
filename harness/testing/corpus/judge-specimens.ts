import { loadTask } from "../../catalog/load.ts";
import type { Stage } from "../../judge/judge-submission.ts";
import type { Case } from "../../task/case.ts";
import { elementCount } from "../../task/dims.ts";
import type { Task } from "../../task/task.ts";
import { LocalJudge, type LocalJudgement } from "../../verify/judge-locally.ts";
import type { Entry } from "./entry.ts";
import { planOf } from "./submission.ts";

const MANY_ROWS = 65_535;

/** Quick cases: small ones of every kind of data, and slightly larger plain ones. */
function isCheap({ spec }: Task, { shape, params, data }: Case): boolean {
  const elements = spec.outputs.reduce((sum, output) => sum + elementCount(output, shape), 0);
  return elements <= (data === "plain" ? 45_000 : 200) && spec.flops(shape, params) <= 3e6;
}

/** Cases judged of each kind: compiling and running them takes the time, not the diagnosis. */
const MOST_PLAIN = 8;
const MOST_OTHER = 8;

/** A few of the cheap cases, in order of cost. */
function chosenCases(task: Task, cases: readonly Case[]): ReadonlySet<Case> {
  const cost = ({ shape, params }: Case) => task.spec.flops(shape, params);
  const cheap = cases.filter((one) => isCheap(task, one)).sort((a, b) => cost(a) - cost(b));
  const plain = cheap.filter(({ data }) => data === "plain");
  const others = cheap.filter(({ data }) => data !== "plain");
  // A fit has rounds of many passes: half as many of its cases take as long.
  const share = "iterations" in cases[0]!.params ? 0.5 : 1;
  const most = (count: number) => Math.ceil(share * count);
  return new Set([...spread(plain, most(MOST_PLAIN)), ...spread(others, most(MOST_OTHER))]);
}

/** This many at even distances, including the last one. */
function spread<T>(all: readonly T[], most: number): T[] {
  return Array.from({ length: Math.min(most, all.length) }, (_, at) => {
    const step = Math.max(1, all.length / most);
    return all[all.length - 1 - Math.floor(at * step)]!;
  });
}

/** All text about the failure that a candidate reads. */
function textOf({ message, mistake, findings }: LocalJudgement): string {
  return [mistake?.about, ...findings.map(({ sentence }) => sentence), message].join(" ");
}

/** Judges each specimen, and returns whether its message names the cause. */
export async function namedOf(specimens: readonly Entry[]): Promise<boolean[]> {
  const named: boolean[] = [];
  for (const name of new Set(specimens.map(({ task }) => task))) {
    const task = await loadTask(name);
    const judge = await LocalJudge.open(task, { seed: "specimens" });
    const chosen = chosenCases(task, judge.cases);
    for (const specimen of specimens.filter((one) => one.task === name)) {
      const only = (one: Case) => chosen.has(one) || (specimen.manyRows && (one.shape.rows ?? 0) > MANY_ROWS);
      let before = process.cpuUsage();
      const onStage = ({ stage }: Stage) => {
        if (stage === "diagnose") before = process.cpuUsage();
      };
      const plan = await planOf(specimen);
      let judgement = await judge.judge(plan, { only, triesRepairs: true, onStage });
      // Some mistakes show only on a few of the other cases.
      if (judgement.verdict === "accepted") judgement = await judge.judge(plan, { triesRepairs: true, onStage });
      const diagnoseMs = process.cpuUsage(before).user / 1e3;
      const { expect, says, idea } = specimen;
      if (!expect.includes(judgement.verdict)) throw new Error(`${name}, ${specimen.name}: ${judgement.verdict}`);
      const text = textOf(judgement);
      const isNamed = says.every((pattern) => pattern.test(text));
      named.push(isNamed);
      const how = `${isNamed ? "named" : "NOT named"} in ${Math.round(diagnoseMs)} ms of processor time`;
      process.stderr.write(`${how}: ${name}, ${specimen.name} (${idea}): ${text}\n`);
    }
  }
  return named;
}
