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
import { gradeKnown } from "./grade-known.ts";
import { threats } from "./threats.ts";

const corpus = redteam();

/** Softmax's references are made quickly. What reaches a limit of time or memory, or is only measured, is left out. */
const isQuick = ({ task, expect: [verdict], timed }: Entry) =>
  task === "softmax" && !timed && verdict !== "time-limit" && verdict !== "memory-limit";

// redteam.process.test.ts takes some of each defence, `npm run redteam` all of them.
it("a sample with one submission of each verdict gets the expected ones", async () => {
  const seed = randomUUID();
  const shuffled = new Random(seed, "sample").shuffled(corpus.filter(isQuick));
  const sample = [...new Map(shuffled.map((known) => [known.expect[0], known])).values()];
  expect(sample.length).toBeGreaterThanOrEqual(4);
  const outcomes = await gradeKnown(sample, { seed, jobs: 2, isMeasured: false });
  const faults = outcomes
    .filter(({ fault }) => fault !== undefined)
    .map(({ known, fault }) => `${known.name} should be ${known.expect}, got: ${fault}`);
  expect(faults, `seed ${seed}`).toEqual([]);
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
