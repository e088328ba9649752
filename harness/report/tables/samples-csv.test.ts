import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { Attempt } from "../../results/attempt.ts";
import type { Results } from "../../results/results.ts";
import { madeUpRun } from "../../testing/made-up-run.ts";
import { markRun } from "../mark-run.ts";
import type { MarkedRun } from "../report.ts";
import { samplesCsv } from "./samples-csv.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function runOf(measurement: unknown): MarkedRun {
  const attempt = { candidate: "=alice", task: "softmax", measurement } as Attempt;
  // The table reads the attempts only.
  return { ...markRun(madeUpRun([])), results: { attempts: [attempt] } as unknown as Results };
}

it("has a row for each pair of samples", async () => {
  const samples = [
    [10, 20],
    [11, 21],
  ];
  const measured = { state: "measured", against: "plain", shapes: [{ name: "small", runsPerSample: 4, samples }] };
  const [path] = await samplesCsv.write(runOf(measured), folder);
  expect(readFileSync(path!, "utf8").trimEnd().split("\n")).toEqual([
    "\ufeffcandidate,task,shape,sample,runs,candidate ns,yardstick ns,yardstick",
    "'=alice,softmax,small,1,4,10,20,plain",
    "'=alice,softmax,small,2,4,11,21,plain",
  ]);
});

it("is not written if nothing was measured", async () => {
  expect(await samplesCsv.write(runOf(null), folder)).toEqual([]);
  expect(await samplesCsv.write(runOf({ state: "failed", message: "no" }), folder)).toEqual([]);
});
