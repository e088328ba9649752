// `npm run test:load`: judges submissions of all kinds on the idle machine and again with every processor busy, and
// prints the verdicts that differ. Exits with 1 if any differ. `--sample 10` takes ten at random, plus the kernels with
// one workgroup and barriers per row.
import { availableParallelism, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { examples, redteam } from "../../harness/testing/corpus/corpora.ts";
import { Random } from "../../reference/random.ts";
import { markdownTable } from "../proofs/table.ts";
import { gradeKnown, type Outcome } from "../redteam/grade-known.ts";
import { honestSubmissions } from "../redteam/made.ts";
import { barrierKernels } from "./barrier-kernels.ts";

/** With twenty busy loops on two processors, a kernel gets a tenth of one. */
const FEWEST_BUSY_THREADS = 24;

const { values } = parseArgs({ options: { sample: { type: "string" }, seed: { type: "string" } } });
const seed = values.seed ?? crypto.randomUUID();
const sample = values.sample === undefined ? Number.POSITIVE_INFINITY : Number(values.sample);
const all = [
  ...redteam().filter(({ expect }) => expect.includes("accepted")),
  ...(await honestSubmissions(Number.POSITIVE_INFINITY, () => 0)),
  ...examples().map((one) => ({ ...one, name: `example-${one.name}` })),
];
const submissions = [...barrierKernels(), ...new Random(seed, "load").shuffled(all).slice(0, sample)];

/** Judges everything, and prints the time. */
async function judge(how: string): Promise<Outcome[]> {
  const startMs = performance.now();
  const outcomes = await gradeKnown(submissions, { seed, jobs: 1, isMeasured: false });
  const minutes = ((performance.now() - startMs) / 60_000).toFixed(1);
  console.log(`${how}: ${submissions.length} submissions in ${minutes} minutes, load ${loadavg()[0]!.toFixed(1)}`);
  return outcomes;
}

/** Does something while every processor is overloaded. */
async function underLoad<T>(use: () => Promise<T>): Promise<T> {
  const count = Math.max(FEWEST_BUSY_THREADS, 2 * availableParallelism());
  const busy = Array.from({ length: count }, () => new Worker("for (;;);", { eval: true }));
  try {
    return await use();
  } finally {
    await Promise.all(busy.map((one) => one.terminate()));
  }
}

console.log(`Seed ${seed}`);
const quiet = await judge("quiet");
const loaded = await underLoad(() => judge("under load"));
const verdict = ({ attempt, fault }: Outcome) => attempt?.verdict ?? fault!;
const rows = quiet.flatMap((outcome, index) => {
  const { name, task } = outcome.known;
  const [before, after] = [verdict(outcome), verdict(loaded[index]!)];
  return before === after ? [] : [[task, name, before, after, loaded[index]!.attempt?.message ?? ""]];
});
console.log(`\n${markdownTable(["task", "submission", "quiet", "under load", "message"], rows)}`);
console.log(`\n${rows.length} of ${submissions.length} verdicts differ`);
if (rows.length > 0) process.exitCode = 1;
