// `npm run redteam`: grades every known hostile submission together with 40 honest ones, in one run, and prints those
// caught, missed and falsely accused. Exits with 1 if any is missed or falsely accused. With names, as in
// `npm run redteam -- all-nan no-mask`, grades only the hostile submissions of these names. `--seed` repeats a run.
import { randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { redteam } from "../../harness/testing/corpus/corpora.ts";
import { Random } from "../../reference/random.ts";
import { markdownTable } from "../proofs/table.ts";
import { gradeKnown, type Outcome } from "./grade-known.ts";
import { busyTexts, emptyAnswers, honestSubmissions } from "./made.ts";
import { threats } from "./threats.ts";

const HONEST = 40;

const { values, positionals: names } = parseArgs({ options: { seed: { type: "string" } }, allowPositionals: true });
const seed = values.seed ?? randomUUID();
const random = new Random(seed, "honest");
const startMs = performance.now();
const known = [...redteam(), ...(await emptyAnswers()), ...busyTexts()];
const unknown = names.filter((name) => !known.some((one) => one.name === name));
if (unknown.length > 0) throw new Error(`No submission is named ${unknown.join(" or ")}`);
const submissions =
  names.length > 0
    ? known.filter(({ name }) => names.includes(name))
    : [...known, ...(await honestSubmissions(HONEST, (length) => random.integer(0, length - 1)))];
console.error(`Grading ${submissions.length} submissions, seed ${seed}.`);
const outcomes = await gradeKnown(submissions, {
  seed,
  jobs: Math.max(2, Math.floor(availableParallelism() / 2)),
  isMeasured: true,
  onLine: (line) => console.error(line),
});

const isHonest = ({ known }: Outcome) => known.row === undefined;
const isFaulty = ({ fault }: Outcome) => fault !== undefined;
const hostile = outcomes.filter((outcome) => !isHonest(outcome));
const honest = outcomes.filter(isHonest);
const rows = threats.map(({ row, attempt, elsewhere }) => {
  const own = hostile.filter(({ known }) => known.row === row);
  const missed = own.filter(isFaulty).length;
  return [
    String(row),
    attempt,
    String(own.length - missed),
    String(missed),
    own.length === 0 ? String(elsewhere.length) : "",
  ];
});
console.log(markdownTable(["row", "attempt", "caught", "missed", "test files"], rows));

/** The outcome of a submission that cheats the clock. */
function endOf({ attempt }: Outcome): string {
  const measurement = attempt?.measurement;
  if (attempt === undefined || measurement === undefined || measurement === null) return "not measured";
  if (measurement.state === "measured") return `${measurement.speedup.toFixed(2)} times as fast as plain`;
  return measurement.message.split(": ")[0]!;
}
const timed = hostile
  .filter(({ known }) => known.timed)
  .sort((a, b) => a.known.row! - b.known.row!)
  .map((one) => [String(one.known.row), one.known.name, one.attempt?.verdict ?? "", endOf(one)]);
console.log(`\n${markdownTable(["row", "cheat of the clock", "verdict", "when measured"], timed)}`);
const missed = hostile.filter(isFaulty);
const accused = honest.filter(isFaulty);
console.log(`
${hostile.length} hostile: ${hostile.length - missed.length} caught, ${missed.length} missed
${honest.length} honest: ${honest.length - accused.length} accepted, ${accused.length} falsely accused
${((performance.now() - startMs) / 60_000).toFixed(1)} minutes, seed ${seed}`);
for (const { known, fault } of [...missed, ...accused]) {
  console.log(`!! ${known.name}/${known.task} should be ${known.expect.join(" or ")}, got: ${fault}`);
}
if (missed.length + accused.length > 0) process.exitCode = 1;
