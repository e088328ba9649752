import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Attempt } from "../results/attempt.ts";
import type { Results } from "../results/results.ts";
import { madeUpAttempt, madeUpMeasurement, madeUpPerson, madeUpRun } from "../testing/made-up-run.ts";
import { readLog } from "./attempt-log.ts";
import { mergeRuns, readShard, type ShardRun, writeMerged } from "./merge-runs.ts";
import { readResults, writeResults } from "./results-file.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ada = madeUpAttempt("ada", "softmax", "accepted");
const bob = madeUpAttempt("bob", "softmax", "wrong-answer");
const eve = madeUpAttempt("eve", "attention", "accepted");

function shard(index: number, attempts: readonly Attempt[], changes: Partial<Results> = {}): ShardRun {
  const run = madeUpRun(attempts, changes);
  return { folder: `run-${index}`, results: { ...run, shard: { index, count: 3 }, ...changes } as ShardRun["results"] };
}

const names = ({ attempts }: Pick<Results, "attempts">) => attempts.map(({ candidate }) => candidate);

describe("mergeRuns", () => {
  const shards = [shard(1, [eve]), shard(2, [ada]), shard(3, [bob])];

  it("joins shards in any order, also if one is given twice", () => {
    const [one, two, three] = shards as [ShardRun, ShardRun, ShardRun];
    const merged = mergeRuns([three, one, two, one]);
    expect(names(merged.results)).toEqual(["ada", "bob", "eve"]);
    expect(merged.results).toMatchObject({ state: "finished" });
    expect(merged.results).not.toHaveProperty("shard");
    expect(merged).toEqual(mergeRuns([one, two, three]));
  });

  it("says which shards are missing or unfinished, and leaves the run to be resumed", () => {
    const stopped = shard(1, [eve], { state: "stopped" });
    const { results, missing, unfinished } = mergeRuns([stopped, shards[2]!]);
    expect(results.state).toBe("stopped");
    expect(names(results)).toEqual(["bob", "eve"]);
    expect(missing).toEqual([{ index: 2, count: 3 }]);
    expect(unfinished).toEqual(["run-1"]);
  });

  it("takes a shard that was interrupted and then judged again as finished", () => {
    const stopped = { ...shard(1, [], { state: "stopped" }), folder: "interrupted" };
    expect(mergeRuns([stopped, ...shards])).toMatchObject({ results: { state: "finished" }, unfinished: [] });
  });

  it("keeps the attempt that was judged, and that which was measured", () => {
    const failed = { ...ada, verdict: "harness-error" as const };
    const measured = { ...ada, measurement: madeUpMeasurement(2) };
    for (const [first, second] of [
      [failed, ada],
      [ada, measured],
      [failed, measured],
    ] as const) {
      for (const attempts of [
        [first, second],
        [second, first],
      ]) {
        const twice = attempts.map((attempt) => shard(1, [attempt]));
        expect(mergeRuns(twice).results.attempts).toEqual([second]);
      }
    }
  });

  it("adds those on the roster without a folder, once everything is judged", () => {
    const roster = [madeUpPerson("joe")];
    const of = (some: readonly ShardRun[]) =>
      names(mergeRuns(some.map(({ results, ...one }) => ({ ...one, results: { ...results, roster } }))).results);
    expect(of(shards).filter((name) => name === "joe")).toHaveLength(2);
    expect(of(shards.slice(1))).not.toContain("joe");
  });

  it.each<[string, Partial<Results>, string]>([
    ["another seed", { seed: "other" }, "run-1 and run-2 have different seeds."],
    ["another driver", { adapter: { ...madeUpRun([]).adapter, driver: "2" } }, "different adapters."],
    ["another version", { harnessVersion: "0.2.0" }, "different versions of Kernelmark."],
    ["another assignment", { assignment: { ...madeUpRun([]).assignment, title: "Other" } }, "different assignments."],
  ])("refuses a shard of %s", (_, changes, message) => {
    expect(() => mergeRuns([shard(1, [ada]), shard(2, [bob], changes)])).toThrow(message);
  });

  it("refuses shards of different counts", () => {
    const other = shard(1, [ada], { shard: { index: 1, count: 2 } });
    expect(() => mergeRuns([other, shard(2, [bob])])).toThrow(
      "run-1 is shard 1 of 2, but run-2 is shard 2 of 3: they overlap.",
    );
  });

  it.each<[string, Partial<Attempt>]>([
    ["verdicts", { verdict: "wrong-answer" }],
    ["files", { hash: "01" }],
  ])("refuses two attempts with different %s", (what, changes) => {
    const other = { ...shard(1, [{ ...ada, ...changes }]), folder: "other" };
    expect(() => mergeRuns([shard(1, [ada]), other])).toThrow(
      `run-1 and other both contain softmax of ada, with different ${what}.`,
    );
  });
});

describe("the folders", () => {
  async function written(name: string, changes: Partial<Results> = {}): Promise<string> {
    const path = mkdtempSync(join(folder, `${name}-`));
    await writeResults(madeUpRun([ada], { shard: { index: 1, count: 3 }, ...changes }), path);
    return path;
  }

  it("of shards give a run that can be resumed", async () => {
    const out = join(folder, "merged");
    const merged = mergeRuns([await readShard(await written("shard"))]);
    await writeMerged(merged, "merged", out);
    expect(await readResults(out)).toMatchObject({ run: "merged", state: "stopped", attempts: [ada] });
    expect(await readLog(out)).toEqual([ada]);
    expect(readdirSync(out).sort()).toEqual(["attempts.jsonl", "results.json"]);
    await expect(writeMerged(merged, "merged", out)).rejects.toThrow("already contains a run");
  });

  it("of an interrupted shard give what reached its log", async () => {
    const path = await written("killed", { state: "running", attempts: [] });
    writeFileSync(join(path, "attempts.jsonl"), `${JSON.stringify(bob)}\n${JSON.stringify(eve).slice(0, 40)}`);
    const { results } = await readShard(path);
    expect(results.attempts).toEqual([bob]);
  });

  it("of a shard at work, and of a whole run, are refused", async () => {
    const whole = mkdtempSync(join(folder, "whole-"));
    await writeResults(madeUpRun([ada]), whole);
    await expect(readShard(whole)).rejects.toThrow(`${whole} is a whole run, not a shard.`);
    const busy = await written("busy");
    writeFileSync(join(busy, "run.lock"), String(process.pid));
    await expect(readShard(busy)).rejects.toThrow(`The shard in ${busy} is still being judged (by process`);
  });
});
