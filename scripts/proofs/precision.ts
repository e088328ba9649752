import { randomUUID } from "node:crypto";
import { findAdapter } from "../../harness/gpu/adapter.ts";
import type { CaseResult } from "../../harness/judge/case-result.ts";
import { PRECISION_LIMIT } from "../../harness/judge/judge-case.ts";
import { type Verdict, worstVerdict } from "../../harness/judge/verdict.ts";
import { ProofOptions, prove } from "./options.ts";
import { drawSeeds, type SweepResult, sweep } from "./sweep.ts";
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
  const ratio = `smallest precision ratio (limit ${PRECISION_LIMIT})`;
  process.stdout.write(`${markdownTable(["task", "kernel", "verdicts", ratio], rows)}\n`);
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
  const ratios = mine.map(({ outcome }) => (outcome.type === "cases" ? largestRatio(outcome.cases) : undefined));
  const known = ratios.filter((ratio) => ratio !== undefined);
  return [task, name, counts.join(", "), known.length === 0 ? "–" : String(Math.round(Math.min(...known)))];
}

function verdictOf({ outcome }: SweepResult): Verdict {
  return outcome.type === "ended" ? outcome.verdict : worstVerdict(outcome.cases.map(({ verdict }) => verdict));
}

/** The largest of all cases that were inside their bounds: it decides. */
function largestRatio(cases: readonly CaseResult[]): number | undefined {
  const ratios = cases.flatMap(({ evidence, precisionRatio }) =>
    evidence?.kind === "lost-precision" ? [evidence.ratio] : precisionRatio === undefined ? [] : [precisionRatio],
  );
  return ratios.length === 0 ? undefined : Math.max(...ratios);
}
