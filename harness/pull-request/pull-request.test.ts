import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { TestRepository } from "../testing/test-repository.ts";
import { UserError } from "../text/user-error.ts";
import { stopBundler } from "../worker/bundler.ts";
import { Git } from "./git.ts";
import { type PullRequest, type PullRequestSetting, withPullRequest } from "./pull-request.ts";

const TASKS = ["softmax", "attention"];
const MODULE = `import code from "./kernel.wgsl";\nexport default () => ({ passes: [{ code }] });\n`;

const repository = new TestRepository({
  "README.md": "The course",
  "harness/judge.ts": "export const isStrict = true;",
  "assignment.yaml": "tasks: { softmax: { points: 10 } }",
  ".github/workflows/check.yml": "on: pull_request",
  "submissions/alice/softmax.ts": MODULE,
  "submissions/alice/attention.ts": MODULE,
  "submissions/alice/kernel.wgsl": "// alice",
  "submissions/alice/notes.md": "Notes",
  "submissions/bob/softmax.ts": "export default () => 1;",
});
const scratch = mkdtempSync(join(tmpdir(), "kernelmark-clones-"));
afterAll(async () => {
  await stopBundler();
  repository.delete();
  rmSync(scratch, { recursive: true });
});

/** Reads a pull request, by default up to the last commit. */
function read(setting: Partial<PullRequestSetting> = {}, folder = repository.folder): Promise<PullRequest> {
  const whole = { base: "main", head: "HEAD", submissions: "submissions", candidate: undefined, taskNames: TASKS };
  return withPullRequest(new Git(folder), { ...whole, ...setting }, async (pullRequest) => pullRequest);
}

/** Commits changes on a branch, and returns the reasons to refuse them. */
async function reasons(change: () => void, setting: Partial<PullRequestSetting> = {}): Promise<string[]> {
  repository.branch("change");
  change();
  repository.commit();
  const pullRequest = await read(setting);
  if (pullRequest.state !== "refused") throw new Error("It is taken.");
  return pullRequest.problems.map(({ path, reason }) => `${path}: ${reason}`);
}

async function problemOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => new Error("It did not fail."),
    (thrown: Error) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  return `${error.message} ${(error as UserError).hint}`;
}

describe("an accepted pull request is", () => {
  test("a new candidate's folder, byte for byte as it was committed", async () => {
    repository.branch("carol");
    // With these attributes, a work tree would contain other bytes.
    repository.write({ ".gitattributes": "*.wgsl text eol=crlf filter=upper ident export-subst" });
    repository.git("config", "filter.upper.smudge", "tr a-z A-Z");
    repository.commit();
    repository.branch("carol-change", "carol");
    const text = "// $Id$ $Format:%H$\nlines\nend";
    repository.write({ "submissions/carol/softmax.ts": MODULE, "submissions/carol/kernel.wgsl": text });
    repository.commit();
    const setting = { base: "carol", head: "HEAD", submissions: "submissions", candidate: undefined, taskNames: TASKS };
    let folder = "";
    await withPullRequest(new Git(repository.folder), setting, async (pullRequest) => {
      if (pullRequest.state !== "taken") throw new Error(JSON.stringify(pullRequest));
      expect(pullRequest.candidate).toBe("carol");
      expect(pullRequest.unchanged).toEqual([]);
      const [submission] = pullRequest.cohort.submissions;
      expect(submission).toMatchObject({ candidate: "carol", task: "softmax", file: "softmax.ts" });
      folder = submission!.folder;
      expect(readFileSync(join(folder, "kernel.wgsl"), "utf8")).toBe(text);
    });
    expect(existsSync(folder)).toBe(false);
  });

  test("only the submissions whose files changed", async () => {
    repository.branch("change");
    repository.write({ "submissions/alice/softmax.ts": `${MODULE}// changed`, "submissions/alice/notes.md": "More" });
    repository.commit();
    const one = await read();
    expect(one).toMatchObject({ state: "taken", unchanged: ["attention"] });
    expect(one.state === "taken" && one.cohort.submissions.map(({ task }) => task)).toEqual(["softmax"]);

    repository.write({ "submissions/alice/kernel.wgsl": "// shared" });
    repository.commit();
    const both = await read();
    expect(both.state === "taken" && both.cohort.submissions.map(({ task }) => task)).toEqual(["attention", "softmax"]);
  });

  test("a file deleted from one's own folder; submissions that used it are graded", async () => {
    repository.branch("change");
    repository.remove("submissions/alice/kernel.wgsl");
    repository.remove("submissions/alice/attention.ts");
    repository.commit();
    const pullRequest = await read();
    expect(pullRequest.state === "taken" && pullRequest.cohort.submissions.map(({ task }) => task)).toEqual([
      "softmax",
    ]);
  });

  test("a folder with modules that are not taken, which are refused; other files give warnings unless imported", async () => {
    repository.branch("change");
    repository.write({
      "submissions/dan/softmax.ts": 'import code from "./attention.wgsl";\nexport default () => code;',
      "submissions/dan/attention.wgsl": "// shared",
      "submissions/dan/attention.ts": "export default () => 1;",
      "submissions/dan/attention.js": "export default () => 2;",
    });
    repository.commit();
    const doubled = await read();
    expect(doubled.state === "taken" && doubled.cohort).toMatchObject({
      refused: [
        {
          path: "dan/attention.js",
          reason: "There are both `attention.js` and `attention.ts` for the task attention. Keep one.",
        },
      ],
      notTaken: [],
      remarks: [],
    });

    repository.remove("submissions/dan/attention.ts");
    repository.remove("submissions/dan/attention.js");
    repository.write({ "submissions/dan/src/attention.ts": "", "submissions/dan/report.pdf": "" });
    repository.commit();
    const misplaced = await read();
    expect(misplaced.state === "taken" && misplaced.cohort).toMatchObject({
      refused: [],
      notTaken: [],
      remarks: [
        "`dan/src/attention.ts` was not taken. It is in the subfolder `src`. Move it, with its kernels, to `dan/attention.ts`.",
      ],
    });
  });

  test("changes since the branch began, not later ones of the base branch, even if they were merged in", async () => {
    repository.branch("newer");
    repository.write({ "harness/judge.ts": "export const isStrict = 2;", "submissions/bob/softmax.ts": "// newer" });
    repository.commit();
    repository.branch("change");
    repository.write({ "submissions/alice/kernel.wgsl": "// mine" });
    repository.commit();
    expect(await read({ base: "newer" })).toMatchObject({ state: "taken", candidate: "alice" });
    repository.git("merge", "-q", "--no-edit", "newer");
    expect(await read({ base: "newer" })).toMatchObject({ state: "taken", candidate: "alice" });
  });

  test("the same from a subfolder of the repository, whatever git is configured to", async () => {
    repository.branch("change");
    repository.write({ "submissions/alice/kernel.wgsl": "// better", "course/submissions/README.md": "Another" });
    repository.commit();
    repository.git("config", "diff.relative", "true");
    const folder = join(repository.folder, "submissions", "bob");
    expect(await read({}, folder)).toMatchObject({
      state: "refused",
      problems: [{ path: "course/submissions/README.md" }],
    });
    repository.remove("course");
    repository.commit();
    expect(await read({}, folder)).toMatchObject({ state: "taken", candidate: "alice", unchanged: [] });
    repository.git("config", "--unset", "diff.relative");
  });

  test("a folder elsewhere, and a head that is not checked out", async () => {
    repository.branch("change");
    repository.write({ "week 3/étudiants/zoë/softmax.ts": "export default () => 1;" });
    const head = repository.commit();
    repository.branch("main");
    expect(await read({ head, submissions: "week 3/étudiants" })).toMatchObject({ state: "taken", candidate: "zoë" });
    expect(existsSync(join(repository.folder, "week 3"))).toBe(false);
  });
});

describe("a pull request is refused for", () => {
  const outside = "It is outside `submissions/`. A pull request may change only one candidate's folder there.";

  test("changes to harness, assignment and workflow, even with a good submission", async () => {
    expect(
      await reasons(() => {
        repository.write({
          "submissions/alice/kernel.wgsl": "// better",
          "harness/judge.ts": "",
          "assignment.yaml": "",
        });
        repository.write({ ".github/workflows/check.yml": "", ".gitattributes": "* -diff", ".gitmodules": "" });
      }),
    ).toEqual([
      `.gitattributes: ${outside}`,
      `.github/workflows/check.yml: ${outside}`,
      `.gitmodules: ${outside}`,
      `assignment.yaml: ${outside}`,
      `harness/judge.ts: ${outside}`,
    ]);
  });

  test("two candidates' folders, or another candidate's", async () => {
    const change = () =>
      repository.write({ "submissions/alice/kernel.wgsl": "// x", "submissions/bob/softmax.ts": "// x" });
    expect(await reasons(change)).toEqual([
      "submissions/bob/softmax.ts: The pull request changes the folders of 2 candidates: `alice` and `bob`. Make one pull request for each.",
    ]);
    expect(await reasons(change, { candidate: "bob" })).toEqual([
      "submissions/alice/kernel.wgsl: It is in the folder of alice, but this pull request may change only that of bob.",
    ]);
    repository.branch("change");
    repository.write({ "submissions/bob/softmax.ts": "// x" });
    repository.commit();
    expect(await read({ candidate: "bob" })).toMatchObject({ state: "taken", candidate: "bob" });
  });

  test("deletions and moves", async () => {
    expect(
      await reasons(() => {
        repository.remove("README.md");
        repository.git("mv", "harness/judge.ts", "submissions/alice/judge.ts");
      }),
    ).toEqual([
      `README.md: ${outside} Restore it.`,
      `harness/judge.ts: ${outside} It was moved to \`submissions/alice/judge.ts\`: copy it instead.`,
    ]);
    const across = await reasons(() => repository.git("mv", "submissions/bob/softmax.ts", "submissions/alice/bobs.ts"));
    expect(across).toEqual([expect.stringContaining("the folders of 2 candidates: `alice` and `bob`")]);
  });

  test("links, submodules and programs", async () => {
    expect(
      await reasons(() => {
        repository.link("submissions/alice/judge.ts", "../../harness/judge.ts");
        repository.link("submissions/mallory", "alice");
        repository.makeProgram("submissions/alice/softmax.ts");
        repository.git("clone", "-q", ".", "submissions/alice/more");
      }),
    ).toEqual([
      "submissions/mallory: It is a symbolic link. Submit the folder itself.",
      "submissions/alice/judge.ts: It is a symbolic link. Put the file itself into your folder.",
      "submissions/alice/more: It is a submodule. Put the files themselves into your folder.",
      "submissions/alice/softmax.ts: It is marked as executable, which no submission needs. Undo that: git update-index --chmod=-x submissions/alice/softmax.ts",
    ]);
  });

  test("a candidate's folder or submissions folder that becomes a link", async () => {
    expect(
      await reasons(() => {
        repository.remove("submissions/alice");
        repository.link("submissions/alice", "bob");
      }),
    ).toContain("submissions/alice: It is a symbolic link. Submit the folder itself.");
    const whole = await reasons(() => {
      repository.remove("submissions");
      repository.link("submissions", "harness");
    });
    expect(whole[0]).toBe("submissions: It is a symbolic link. Submit the folder itself.");
  });

  test("names that git quotes, that lead elsewhere, or that are invalid on some systems", async () => {
    const found = await reasons(() => {
      repository.write({ "submissions/alice/two\nlines.ts": "", 'submissions/alice/"quoted".ts': "" });
      repository.write({ "submissions/alice/con.ts": "", "submissions/ali\u001b[2Jce/softmax.ts": "" });
      repository.write({
        "submissions/.github/softmax.ts": "",
        "submissions/alice/deep/.gitattributes": "* filter=lfs",
      });
      writeFileSync(
        Buffer.concat([Buffer.from(join(repository.folder, "submissions/alice/")), Buffer.from([0x80, 0xff])]),
        "",
      );
    });
    expect(found).toEqual([
      "submissions/.github/softmax.ts: A candidate's folder may not have this name. Rename it with letters, digits and hyphens.",
      "submissions/alice/��: Its name is not valid UTF-8. Rename it with letters, digits and hyphens.",
      expect.stringContaining("the folders of 2 candidates: `ali\\u{1b}[2Jce` and `alice`"),
      "submissions/ali\\u{1b}[2Jce/softmax.ts: Its name contains control characters. Rename it without them.",
      "submissions/alice/con.ts: Its name is reserved on Windows for the device CON. Rename it.",
      "submissions/alice/deep/.gitattributes: It can change your files for others who check them out. Delete it.",
      "submissions/alice/two\\u{a}lines.ts: Its name contains control characters. Rename it without them.",
    ]);
  });

  test("names that differ only in case or Unicode form", async () => {
    expect(await reasons(() => repository.write({ "submissions/Alice/softmax.ts": "" }))).toEqual([
      "submissions/Alice: It differs from the folder `alice` only in case or Unicode form. Rename yours, or use the other if it is yours.",
    ]);
    expect(await reasons(() => repository.write({ "submissions/alice/Kernel.wgsl": "" }))).toEqual([
      "submissions/alice/kernel.wgsl: It and `Kernel.wgsl` are the same file on systems that ignore case. Rename one of them.".replace(
        "`Kernel",
        "`alice/Kernel",
      ),
    ]);
    expect(
      await reasons(() => repository.write({ "submissions/zoe\u0308/a.ts": "", "Submissions/al/softmax.ts": "" })),
    ).toEqual([
      "Submissions/al/softmax.ts: The folder's name is `submissions`: yours differs in case or Unicode form. Move your files there.",
    ]);
  });

  test("trees that no work tree could contain", async () => {
    const blob = repository.blob("export default () => 1;");
    const own = repository.mktree(`100644 blob ${blob}\tsoftmax.ts`);
    const up = repository.mktree(`040000 tree ${own}\t..\n100644 blob ${blob}\tsoftmax.ts`);
    const others = repository.git("ls-tree", "main:submissions");
    const climbing = repository.commitTree("submissions", `${others}\n040000 tree ${up}\tmallory`);
    expect(await read({ head: climbing })).toMatchObject({
      problems: [{ path: "submissions/mallory/../softmax.ts", reason: "Its path leads out of the folder. Rename it." }],
    });
    const git = repository.mktree(`040000 tree ${own}\t.GIT\n100644 blob ${blob}\tsoftmax.ts`);
    expect(
      await read({ head: repository.commitTree("submissions", `${others}\n040000 tree ${git}\tmallory`) }),
    ).toMatchObject({
      problems: [
        { path: "submissions/mallory/.GIT/softmax.ts", reason: "Its path names git's own folder. Rename it." },
      ],
    });
    const twice = `${others}\n040000 tree ${own}\tmallory\n040000 tree ${own}\tmallory`;
    expect(await read({ head: repository.commitTree("submissions", twice) })).toMatchObject({ state: "refused" });
  });

  test("too many files or bytes", async () => {
    const files = Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`submissions/alice/${index}.txt`, ""]));
    expect(await reasons(() => repository.write(files))).toEqual([
      ": It changes 501 files; the limit is 500. Remove files that do not belong to the submission, such as node_modules.",
    ]);
    expect(
      await reasons(() => repository.write({ "submissions/alice/data.bin": Buffer.alloc(17 * 1024 * 1024) })),
    ).toEqual([
      "submissions/alice: The folder has 17.0 MiB; the limit is 16 MiB. Keep only the files that the submission needs.",
    ]);
  });

  test("a pointer of Git LFS", async () => {
    const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n";
    expect(await reasons(() => repository.write({ "submissions/alice/kernel.wgsl": pointer }))).toEqual([
      "submissions/alice/kernel.wgsl: It is kept in Git LFS: the commit contains only a pointer. Commit the file itself.",
    ]);
  });

  test("no changes, or none to grade", async () => {
    expect(await reasons(() => {})).toEqual([": It changes nothing."]);
    const noModule = (more: string) =>
      `: It changes no submission: no changed file is a task's module, such as \`submissions/alice/softmax.ts\`, or imported by one.${more}`;
    expect(await reasons(() => repository.write({ "submissions/alice/notes.md": "new" }))).toEqual([noModule("")]);
    expect(await reasons(() => repository.write({ "submissions/alice/sofmax.ts": "new" }))).toEqual([noModule("")]);
    const misspelt = await reasons(() => repository.write({ "submissions/dan/sofmax.ts": "new" }));
    expect(misspelt[0]).toContain(
      "`dan/sofmax.ts` was not taken. Its name is not that of a task. Rename it to `softmax.ts`.",
    );
    expect(await reasons(() => repository.remove("submissions/bob"))).toEqual([
      expect.stringContaining("It changes no submission"),
    ]);
  });

  test("histories without a single merge base", async () => {
    repository.git("checkout", "-q", "--orphan", "orphan");
    repository.commit();
    expect(await read()).toMatchObject({
      problems: [{ path: "", reason: expect.stringContaining("It shares no history with the base branch.") }],
    });
    const tree = repository.git("rev-parse", "main^{tree}");
    const commit = (...parents: string[]) =>
      repository.git("commit-tree", tree, "-m", parents.join(), ...parents.flatMap((parent) => ["-p", parent]));
    const [left, right] = [commit("main"), repository.git("commit-tree", tree, "-p", "main", "-m", "right")];
    const crossed = { base: commit(left!, right!), head: commit(right!, left!) };
    expect(await read(crossed)).toMatchObject({
      problems: [{ reason: expect.stringContaining("Merge the base branch into yours once more and push.") }],
    });
    expect(await read({ base: crossed.base, head: commit(crossed.head, crossed.base) })).toMatchObject({
      problems: [{ reason: "It changes nothing." }],
    });
  });
});

describe("the operator gets an error about", () => {
  test("commits that are missing, or could be options", async () => {
    expect(await problemOf(read({ base: "mian" }))).toBe(
      '--base is "mian", but there is no such commit in this clone. Did you mean "main"? Fetch it first: git fetch origin mian',
    );
    expect(await problemOf(read({ head: "origin/pull/7" }))).toContain("Fetch it first: git fetch origin pull/7");
    expect(await problemOf(read({ base: "--output=/tmp/x" }))).toBe(
      '--base is "--output=/tmp/x", which is not a valid commit name. Give a branch, tag or hash.',
    );
  });

  test("a folder that is in neither commit", async () => {
    expect(await problemOf(read({ head: "main", submissions: "students" }))).toBe(
      "There is no folder students in the base branch or the pull request. Set --submissions to the folder that contains the candidates' folders.",
    );
  });

  test("a shallow clone, and its fix works", async () => {
    repository.branch("change");
    repository.write({ "submissions/alice/kernel.wgsl": "// deep" });
    repository.commit();
    repository.git("branch", "-q", "-f", "deep-base", "main");
    repository.branch("moved-on", "main");
    repository.write({ "README.md": "Newer" });
    repository.commit();
    const clone = join(scratch, "shallow");
    const options = ["--depth=1", "--no-single-branch", "-q", "-c", "advice.detachedHead=false"];
    execFileSync("git", ["clone", ...options, `file://${repository.folder}`, clone], { stdio: "pipe" });
    const commits = { base: "origin/moved-on", head: "origin/change" };
    expect(await problemOf(read(commits, clone))).toBe(
      "This clone is shallow: its history does not contain the start of the pull request. Fetch the rest with `git fetch --unshallow`, or set `fetch-depth: 0` for actions/checkout.",
    );
    execFileSync("git", ["fetch", "-q", "--unshallow"], { cwd: clone });
    expect(await read(commits, clone)).toMatchObject({ state: "taken", candidate: "alice" });
  });

  test("a missing repository or git", async () => {
    expect(await problemOf(read({}, scratch))).toBe(
      "This folder is not in a git repository. Run `kernelmark ci` in a clone of the course's repository.",
    );
    vi.stubEnv("PATH", "");
    expect(await problemOf(read())).toContain("git was not found, but reading a pull request needs it.");
    vi.unstubAllEnvs();
  });
});

describe("git", () => {
  test("runs no program configured in the repository, and ignores replacement objects", async () => {
    repository.branch("change");
    repository.write({
      "harness/judge.ts": "// cheat",
      "submissions/alice/kernel.wgsl": "// x",
      ".gitattributes": "* diff=x",
    });
    const head = repository.commit();
    const marker = join(scratch, "was-run");
    for (const name of ["core.fsmonitor", "diff.external", "diff.x.textconv", "core.pager", "core.sshCommand"]) {
      repository.git("config", name, `touch ${marker}; true`);
    }
    repository.git("replace", head, repository.git("rev-parse", "main"));
    vi.stubEnv("GIT_EXTERNAL_DIFF", `touch ${marker}`);
    vi.stubEnv("GIT_DIR", "/nowhere");
    const pullRequest = await read({ head });
    vi.unstubAllEnvs();
    expect(pullRequest).toMatchObject({
      state: "refused",
      problems: [{ path: ".gitattributes" }, { path: "harness/judge.ts" }],
    });
    expect(existsSync(marker)).toBe(false);
    repository.git("replace", "-d", head);
  });
});
