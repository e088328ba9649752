import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { taskNames } from "../../harness/catalog/load.ts";
import { packageRoot } from "../../harness/files/package-root.ts";
import { readCohort } from "../../harness/submission/read.ts";
import { redteam } from "../../harness/testing/corpus/corpora.ts";
import type { Entry } from "../../harness/testing/corpus/entry.ts";
import { Random } from "../../reference/random.ts";
import { gradeKnown, type Outcome } from "./grade-known.ts";
import { busyTexts, emptyAnswers, honestSubmissions } from "./made.ts";
import { threats } from "./threats.ts";

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

describe("the corpus", () => {
  it("has at least sixty submissions, for every row that a submission can show, over all families", () => {
    expect(corpus.length).toBeGreaterThanOrEqual(60);
    const rows = new Set(corpus.map(({ row }) => row));
    const lacking = threats.filter(({ row, elsewhere }) => !rows.has(row) && elsewhere.length === 0);
    expect(lacking).toEqual([]);
    expect(threats.map(({ row }) => row)).toEqual(Array.from({ length: 28 }, (_, index) => index + 1));
    const attacked = new Set(corpus.map(({ task }) => task));
    expect(attacked.size).toBeGreaterThanOrEqual(12);
    expect(taskNames()).toEqual(expect.arrayContaining([...attacked]));
  });
});

describe("the table of threats", () => {
  it("names test files that exist", () => {
    const paths = threats.flatMap(({ elsewhere }) => elsewhere);
    // A name with `*` stands for one file in each task's folder.
    const missing = paths.filter((path) => !path.includes("*") && !existsSync(join(packageRoot(), path)));
    expect(missing).toEqual([]);
  });
});

describe("folders with hostile names", () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it.runIf(process.platform === "linux")("are refused or kept apart, and affect no other candidate", async () => {
    const module = "export default () => ({ passes: [] });";
    const names: (string | Buffer)[] = [
      "alice",
      "Bob",
      "bob",
      "CON",
      "a\\b",
      "n ",
      "x\u0007y",
      "=HYPERLINK(1)",
      "\u202egnp.eve",
    ];
    names.push("n".repeat(255), Buffer.from([0x66, 0xff, 0x66]));
    for (const name of names) {
      const folder = Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name)]);
      mkdirSync(folder);
      writeFileSync(Buffer.concat([folder, Buffer.from("/softmax.js")]), module);
    }
    const { submissions, refused, remarks } = await readCohort(root, ["softmax"]);
    expect(submissions.map(({ candidate }) => candidate)).toEqual(
      ["=HYPERLINK(1)", "Bob", "alice", "bob", "n".repeat(255), "\u202egnp.eve"].sort(),
    );
    expect(refused.map(({ path }) => path).sort()).toEqual(["CON", "a\\b", "f\ufffdf", "n ", "x\\u{7}y"].sort());
    expect(remarks.join(" ")).toContain("The candidates `Bob` and `bob` may be one person");
  });
});
