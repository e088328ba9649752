import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readCohort } from "../submission/read.ts";
import { TestRepository } from "../testing/test-repository.ts";
import { commitTimes } from "./commit-times.ts";

const repository = new TestRepository({ "README.md": "" });
const outside = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => {
  repository.delete();
  rmSync(outside, { recursive: true });
});

const submissions = join(repository.folder, "week-3");

async function timesOf(): Promise<Readonly<Record<string, number>>> {
  const times = await commitTimes(submissions, await readCohort(submissions, ["attention", "softmax"]));
  return Object.fromEntries(times.map(({ candidate, at }) => [candidate, Date.parse(at)]));
}

/** Commits the work tree as if at this time. */
function commitAt(time: string): void {
  repository.commit();
  const commit = repository.git("cat-file", "commit", "HEAD");
  const dated = commit.replace(/^(committer .*>) \d+ .*$/m, `$1 ${Date.parse(time) / 1000} +0200`);
  const hash = repository.gitWithInput(`${dated}\n`, "hash-object", "-t", "commit", "-w", "--stdin");
  repository.git("reset", "-q", "--hard", hash);
}

it("a candidate submitted with the last commit that changed the folder", async () => {
  repository.write({ "week-3/ada/softmax.ts": "1", "week-3/ada/softmax.wgsl": "1" });
  commitAt("2026-05-04T16:00:00Z");
  repository.write({ "week-3/ada/softmax.wgsl": "2" });
  commitAt("2026-05-04T17:00:00Z");
  repository.write({ "week-3/bob/softmax.ts": "1" });
  commitAt("2026-05-04T19:00:00Z");
  expect(await timesOf()).toEqual({
    ada: Date.parse("2026-05-04T17:00:00Z"),
    bob: Date.parse("2026-05-04T19:00:00Z"),
  });
});

it("the time of files that are not committed as they are is unknown", async () => {
  repository.write({ "week-3/ada/softmax.wgsl": "3", "week-3/eve/softmax.ts": "1" });
  expect(Object.keys(await timesOf())).toEqual(["bob"]);
  repository.write({ "week-3/ada/softmax.wgsl": "2" });
  repository.remove("week-3/bob/softmax.ts");
  expect(Object.keys(await timesOf())).toEqual(["ada"]);
  repository.write({ "week-3/ada/attention.ts": "1" });
  expect(await timesOf()).toEqual({});
});

it("outside a repository there are no times", async () => {
  await expect(
    commitTimes(outside, { candidates: [], submissions: [], refused: [], notTaken: [], remarks: [] }),
  ).rejects.toThrow(/^The submissions are in no git repository \(/);
});
