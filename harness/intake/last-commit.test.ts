import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { TestRepository } from "../testing/test-repository.ts";
import { CommitTimes } from "./last-commit.ts";

let repository: TestRepository;
let times: CommitTimes;
beforeEach(() => {
  repository = new TestRepository({ "softmax.ts": "" });
  times = new CommitTimes();
});
afterEach(async () => {
  repository.delete();
  await times.close();
});

function commitAt(date: string): void {
  execFileSync(
    "git",
    ["-c", "user.name=T", "-c", "user.email=t@example.com", "commit", "-q", "--allow-empty", "-m", "x"],
    {
      cwd: repository.folder,
      env: { ...process.env, GIT_COMMITTER_DATE: date, GIT_AUTHOR_DATE: "2001-01-01T00:00:00Z" },
    },
  );
}

const time = () => times.lastOf(join(repository.folder, ".git"));

test("is the committer's, with its offset", async () => {
  commitAt("2026-11-27T10:00:00+0130");
  expect(await time()).toBe("2026-11-27T10:00:00+01:30");
});

test("is read from packed repositories and detached heads", async () => {
  commitAt("2026-11-27T10:00:00-0800");
  repository.git("gc", "-q");
  repository.git("pack-refs", "--all");
  expect(await time()).toBe("2026-11-27T10:00:00-08:00");
  repository.git("checkout", "-q", "--detach");
  expect(await time()).toBe("2026-11-27T10:00:00-08:00");
});

test("is empty without a commit", async () => {
  expect(await times.lastOf(join(repository.folder, "nowhere"))).toBe("");
  repository.write({ ".git/HEAD": "ref: refs/heads/../../../x" });
  expect(await time()).toBe("");
});

test("runs no program that the repository configures to fetch a missing commit", async () => {
  const trace = join(repository.folder, "ran");
  const settings = {
    "core.repositoryFormatVersion": "1",
    "extensions.partialClone": "origin",
    "remote.origin.url": `ext::touch ${trace}`,
    "remote.origin.promisor": "true",
    "protocol.ext.allow": "always",
  };
  for (const [key, value] of Object.entries(settings)) repository.git("config", key, value);
  repository.write({ ".git/HEAD": "a".repeat(40) });
  expect(await time()).toBe("");
  expect(existsSync(trace)).toBe(false);
});
