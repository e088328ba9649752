import { randomUUID } from "node:crypto";
import { findAdapter } from "../../harness/adapter/adapter.ts";
import { PRECISION_LIMIT } from "../../harness/judge/judge-case.ts";
import { describeCase } from "../../harness/task/case.ts";
import { isHonest } from "../../harness/verify/kernels.ts";
import { drawSeeds, type SweepResult, sweep } from "../../harness/verify/sweep.ts";
import { ProofOptions, prove } from "./options.ts";
import { ProofProgress } from "./proof-progress.ts";
import { markdownTable } from "./table.ts";

/** If no honest kernel uses more than this share of a bound, the bound may admit wrong kernels. */
const LOOSE_SHARE = 0.01;

/** Findings about a task's honest kernels so far. */
class TaskRecord {
  readonly seeds = new Set<string>();
  readonly kernels = new Set<string>();
  readonly unsupported = new Set<string>();
  readonly rejections: string[] = [];
  judged = 0;
  share = { value: 0, where: "" };
  ratio = { value: 0, where: "" };
  otherRatio = { value: 0, where: "" };

  add({ task, seed, kernel, outcome }: SweepResult): void {
    this.seeds.add(seed);
    if (outcome.type === "ended") {
      this.rejections.push(`${task}, ${kernel.name}, seed ${seed}: ${outcome.verdict}: ${outcome.message}`);
      return;
    }
    for (const result of outcome.cases) {
      const where = `${kernel.name}; ${describeCase(result)}`;
      if (result.verdict === "unsupported") {
        this.unsupported.add(kernel.name);
        continue;
      }
      this.kernels.add(kernel.name);
      this.judged++;
      if (result.verdict !== "accepted") {
        const how = `${result.verdict}: ${result.message}`;
        this.rejections.push(`${task}, ${kernel.name}, ${describeCase(result)}, seed ${seed}: ${how}`);
        continue;
      }
      const { largestShare = 0, precisionRatio = 0 } = result;
      if (largestShare > this.share.value) this.share = { value: largestShare, where };
      const ratio = result.data === "plain" ? "ratio" : "otherRatio";
      if (precisionRatio > this[ratio].value) this[ratio] = { value: precisionRatio, where };
    }
  }
}

await prove(async () => {
  const options = new ProofOptions(["seeds", "seed", "jobs", "minutes"]);
  const adapter = await findAdapter();
  const firstSeed = options.text("seed") ?? randomUUID();
  const { tasks } = options;
  const records = new Map(tasks.map((task) => [task, new TaskRecord()]));
  const progress = new ProofProgress();
  process.stdout.write(`Honest kernels on ${adapter.description}, seeds ${firstSeed}-1 …\n\n`);
  await sweep(
    {
      adapter,
      tasks,
      lanes: options.jobs,
      seeds: drawSeeds(options.number("seeds", 50), firstSeed),
      minutes: options.number("minutes", Number.POSITIVE_INFINITY),
      wants: isHonest,
    },
    (result) => {
      const record = records.get(result.task)!;
      const known = record.rejections.length;
      record.add(result);
      for (const rejection of record.rejections.slice(known)) progress.note(`rejected: ${rejection}`);
      progress.update(`${result.task}, seed ${record.seeds.size}, ${result.kernel.name}`);
    },
  );
  process.stdout.write(`${tableOf(records)}\n`);
  reportFindings(records);
  return [...records.values()].every(({ rejections }) => rejections.length === 0);
});

function tableOf(records: ReadonlyMap<string, TaskRecord>): string {
  const rows = [...records].map(([task, { kernels, seeds, judged, share, ratio, otherRatio, rejections }]) => [
    task,
    String(kernels.size),
    String(seeds.size),
    String(judged),
    String(rejections.length),
    `${(share.value * 100).toFixed(1)} %`,
    share.where,
    ratio.value.toFixed(1),
    ratio.where,
    otherRatio.value.toFixed(1),
    otherRatio.where,
  ]);
  const counts = ["task", "kernels", "seeds", "runs on a case", "rejected"];
  const { plain, otherData } = PRECISION_LIMIT;
  const ratios = [`largest precision ratio (of ${plain})`, "of", `on other data (of ${otherData})`, "of"];
  const worst = ["largest share of a bound", "of", ...ratios];
  return markdownTable([...counts, ...worst], rows);
}

function reportFindings(records: ReadonlyMap<string, TaskRecord>): void {
  for (const [task, { unsupported, share, rejections, seeds }] of records) {
    if (unsupported.size > 0) {
      process.stdout.write(`\n${task}: not supported by this adapter: ${[...unsupported].join("; ")}\n`);
    }
    if (seeds.size > 0 && share.value < LOOSE_SHARE) {
      process.stdout.write(`\n${task}: no kernel uses 1 % of a bound: the bound is too loose.\n`);
    }
    for (const rejection of rejections) process.stdout.write(`\nrejected: ${rejection}\n`);
  }
}
