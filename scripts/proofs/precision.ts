import { randomUUID } from "node:crypto";
import { findAdapter } from "../../harness/adapter/adapter.ts";
import { PRECISION_LIMIT } from "../../harness/judge/judge-case.ts";
import type { CaseResult } from "../../harness/results/case-result.ts";
import { leadingCase, type Verdict } from "../../harness/results/verdict.ts";
import { drawSeeds, type SweepResult, sweep } from "../../harness/verify/sweep.ts";
import { ProofOptions, prove } from "./options.ts";
import { markdownTable } from "./table.ts";

await prove(async () => {
  const options = new ProofOptions(["seeds", "seed", "jobs", "minutes"]);
  const adapter = await findAdapter();
  const firstSeed = options.text("seed") ?? randomUUID();
  const { tasks } = options;
  const results: SweepResult[] = [];
  process.stdout.write(`Kernels that round to f16 on ${adapter.description}, seeds ${firstSeed}-1 …\n\n`);
  await sweep(
    {
      adapter,
      tasks,
      lanes: options.jobs,
      seeds: drawSeeds(options.number("seeds", 3), firstSeed),
      minutes: options.number("minutes", Number.POSITIVE_INFINITY),
      wants: ({ role }) => role === "imprecise",
    },
    (result) => results.push(result),
  );
  const rows = tasks.flatMap((task) => {
    const ofTask = results.filter((result) => result.task === task);
    const names = new Set(ofTask.map(({ kernel }) => kernel.name));
    return [...names].map((name) => row(task, name, ofTask));
  });
  const headings = ["smallest precision ratio", "smallest error outside a bound"];
  process.stdout.write(`${markdownTable(["task", "kernel", "verdicts", ...headings], rows)}\n`);
  process.stdout.write(
    `\nFor each seed, the worst case counts: by its precision ratio (limit ${PRECISION_LIMIT.plain} on plain data, ${PRECISION_LIMIT.otherData} on other data), or by its worst error as a multiple of the bound.\n`,
  );
  const passed = results.filter((result) => verdictOf(result) === "accepted");
  for (const { task, kernel, seed } of passed) {
    process.stdout.write(`\naccepted: ${task}, ${kernel.name}, seed ${seed}\n`);
  }
  return passed.length === 0;
});

function row(task: string, name: string, results: readonly SweepResult[]): string[] {
  const mine = results.filter(({ kernel }) => kernel.name === name);
  const verdicts = mine.map(verdictOf);
  const counts = [...new Set(verdicts)].map((verdict) => {
    return `${verdict} ${verdicts.filter((other) => other === verdict).length}`;
  });
  const smallest = (measure: (cases: readonly CaseResult[]) => number) => {
    const found = mine.flatMap(({ outcome }) => (outcome.type === "cases" ? [measure(outcome.cases)] : []));
    const least = Math.min(...found);
    return least > 0 && Number.isFinite(least) ? least.toPrecision(3) : "–";
  };
  return [task, name, counts.join(", "), smallest(largestRatio), smallest(largestExcess)];
}

function verdictOf({ outcome }: SweepResult): Verdict {
  return outcome.type === "ended" ? outcome.verdict : (leadingCase(outcome.cases)?.verdict ?? "accepted");
}

/** On plain data, over the cases within their bounds; 0 if there are none. */
function largestRatio(cases: readonly CaseResult[]): number {
  return Math.max(
    0,
    ...cases
      .filter(({ data }) => data === "plain")
      .map(({ evidence, precisionRatio = 0 }) =>
        evidence?.kind === "lost-precision" ? evidence.ratio : precisionRatio,
      ),
  );
}

/** Over the cases outside their bounds; 0 if there are none. */
function largestExcess(cases: readonly CaseResult[]): number {
  return Math.max(
    0,
    ...cases.map(({ evidence }) => {
      if (evidence?.kind !== "wrong-elements") return 0;
      const { expected, got, bound } = evidence.worst;
      return Math.abs(Number(got) - Number(expected)) / bound || Number.POSITIVE_INFINITY;
    }),
  );
}
