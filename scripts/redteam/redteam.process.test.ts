import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { redteam } from "../../harness/testing/corpus/corpora.ts";
import type { Entry } from "../../harness/testing/corpus/entry.ts";
import { Random } from "../../reference/random.ts";
import { gradeKnown, type Outcome } from "./grade-known.ts";
import { busyTexts, emptyAnswers, honestSubmissions } from "./made.ts";

const seed = randomUUID();
const random = new Random(seed, "sample");
const corpus = redteam();

/** Tasks whose references are made quickly; `npm run redteam` takes all tasks. */
const QUICK_TASKS = ["softmax", "matmul-int8"];

/** Excludes submissions that must reach a limit of time or memory, or are detected only when measured. */
const isQuick = ({ name, task, expect: [verdict], timed }: Entry) =>
  (QUICK_TASKS.includes(task) || verdict === "compile-error" || verdict === "memory-limit") &&
  name !== "ten-gigabytes" &&
  verdict !== "time-limit" &&
  !(timed && verdict !== "accepted");

/** Rows with the same defence: plans, limits, guesses, leftovers of a run, numbers, access. */
const CLASSES = [
  [1, 2, 3, 4, 5, 27],
  [7, 22],
  [8, 9, 10],
  [11, 12, 13, 14, 15],
  [16, 17, 18],
  [19, 20, 21],
];
const MORE = 2;

async function sample(): Promise<Entry[]> {
  const quick = random.shuffled(corpus.filter(isQuick));
  const ofClasses = CLASSES.flatMap((rows) => quick.find(({ row }) => rows.includes(row!)) ?? []);
  const others = quick.filter((known) => !ofClasses.includes(known)).slice(0, MORE);
  const empty = random.shuffled((await emptyAnswers()).filter(({ task }) => QUICK_TASKS.includes(task))).slice(0, 2);
  const honest = await honestSubmissions(2, (length) => random.integer(0, length - 1), ["softmax"]);
  return [...ofClasses, ...others, ...empty, ...busyTexts(), ...honest];
}

describe("a sample of hostile and honest submissions", () => {
  let outcomes: Outcome[];
  beforeAll(async () => {
    console.log(`seed ${seed}`);
    outcomes = await gradeKnown(await sample(), { seed, jobs: 2, isMeasured: false });
    // Only hanging submissions take so long, on the busiest of machines.
  }, 600_000);

  it("gets the expected verdicts", () => {
    const faults = outcomes
      .filter(({ fault }) => fault !== undefined)
      .map(({ known, fault }) => `${known.name}/${known.task} should be ${known.expect}, got: ${fault}`);
    expect(faults, `seed ${seed}`).toEqual([]);
    expect(outcomes.filter(({ known }) => known.row !== undefined).length).toBeGreaterThanOrEqual(10);
    expect(outcomes.filter(({ known }) => known.row === undefined).length).toBe(2);
  });
});
