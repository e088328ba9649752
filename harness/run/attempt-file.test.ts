import { appendFile, mkdtemp, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Attempt } from "../results/attempt.ts";
import { madeUpAttempt, madeUpMeasurement, madeUpRun } from "../testing/made-up-run.ts";
import { attemptOf } from "./attempt-file.ts";
import { RunLog, readLog } from "./attempt-log.ts";
import { readResults, writeResults } from "./results-file.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kernelmark-test-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** With texts of several bytes per character, on which places in the file depend. */
const ATTEMPTS: readonly Attempt[] = ["ada", "名", "zoë"].map((candidate, index) =>
  madeUpAttempt(candidate, "softmax", index === 1 ? "wrong-answer" : "accepted", {
    files: [{ name: "softmax.ts", text: `// ${candidate}\r\n// \u2028 ${"é".repeat(index)}` }],
    log: `${candidate}\n`,
    measurement: index === 1 ? null : madeUpMeasurement(1 + index),
  }),
);

/** Each writes the attempts to a file, and returns them as they are read from it. */
const WAYS: Readonly<Record<string, { readonly file: string; take(): Promise<readonly Attempt[]> }>> = {
  "results.json": {
    file: "results.json",
    async take() {
      await writeResults(madeUpRun(ATTEMPTS), folder);
      return (await readResults(folder)).attempts;
    },
  },
  "the log": {
    file: "attempts.jsonl",
    async take() {
      await logged();
      return readLog(folder);
    },
  },
  "the log that is being written": { file: "attempts.jsonl", take: logged },
};

async function logged(): Promise<Attempt[]> {
  const log = await RunLog.open(folder);
  const attempts = [await log.add(ATTEMPTS[0]!), ...(await Promise.all(ATTEMPTS.slice(1).map((one) => log.add(one))))];
  await log.close();
  return attempts;
}

for (const [name, { file, take }] of Object.entries(WAYS)) {
  it(`reads attempts in ${name} as they were written, in any order`, async () => {
    const attempts = await take();
    expect(attempts.toReversed()).toEqual(ATTEMPTS.toReversed());
    expect(attempts.map((attempt) => ({ ...attempt }))).toEqual(ATTEMPTS);
    expect(JSON.parse(JSON.stringify(attempts))).toEqual(ATTEMPTS);
  });

  it(`leaves the details of attempts in ${name} there until they are asked for`, async () => {
    const [, wrong] = await take();
    await truncate(join(folder, file), 10);
    expect(wrong).toMatchObject({ candidate: "名", verdict: "wrong-answer", measurement: null });
    for (const detail of ["files", "evidence", "findings", "cases", "log"] as const) {
      expect(() => wrong![detail]).toThrow(`${join(folder, file)} was changed while it was being read.`);
    }
  });
}

it("copies an attempt for a member of a team without reading its details", async () => {
  const [ada] = await WAYS["results.json"]!.take();
  const bob = attemptOf("bob", ada!);
  expect(bob).toEqual({ ...ATTEMPTS[0], candidate: "bob" });
  expect(attemptOf("bob", ATTEMPTS[0]!)).toEqual(bob);
  const other = attemptOf("eve", (await logged())[1]!);
  await truncate(join(folder, "attempts.jsonl"), 10);
  expect(other).toMatchObject({ candidate: "eve", verdict: "wrong-answer" });
  expect(() => other.cases).toThrow("was changed while it was being read");
});

it("refuses details from another file with the same name, even of the same length", async () => {
  const [ada] = await WAYS["results.json"]!.take();
  await writeResults(madeUpRun(ATTEMPTS.toReversed()), folder);
  expect(() => ada!.files).toThrow("was changed while it was being read");
  await rm(join(folder, "results.json"));
  expect(() => ada!.files).toThrow(`${join(folder, "results.json")} cannot be read (ENOENT).`);
});

it("leaves the shapes of a measurement in the file", async () => {
  const [, , zoe] = await WAYS["results.json"]!.take();
  await truncate(join(folder, "results.json"), 10);
  const { measurement } = zoe!;
  if (measurement?.state !== "measured") throw new Error("The measurement is missing.");
  expect(measurement.speedup).toBe(3);
  expect(() => measurement.shapes).toThrow("was changed while it was being read");
});

it("truncates a torn line, however long, to find the place of the next attempt", async () => {
  const log = await RunLog.open(folder);
  await log.add(ATTEMPTS[0]!);
  await log.close();
  await appendFile(join(folder, "attempts.jsonl"), `{"candidate":"${"x".repeat(200_000)}`);
  const again = await RunLog.open(folder);
  const added = await again.add(ATTEMPTS[1]!);
  await again.close();
  expect(added).toEqual(ATTEMPTS[1]);
  expect(await readLog(folder)).toEqual(ATTEMPTS.slice(0, 2));
});
