import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../files/package-root.ts";
import { TestRepository } from "../testing/test-repository.ts";

const example = (name: string, file: string) => readFileSync(join(packageRoot(), "submissions", name, file), "utf8");
const softmaxOf = (name: string, folder = `submissions/${name}`) => ({
  [`${folder}/softmax.ts`]: example(name, "softmax.ts"),
  [`${folder}/softmax.wgsl`]: example(name, "softmax.wgsl"),
});

interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const repository = new TestRepository({
  "assignment.yaml": "title: Week 3\ntasks: { softmax: { points: 8 } }",
  "broken.yaml": "tasks: { sofmax: { points: 8 } }",
  ...softmaxOf("plain", "submissions/bob"),
});
const scratch = mkdtempSync(join(tmpdir(), "kernelmark-ci-"));
afterAll(() => {
  repository.delete();
  rmSync(scratch, { recursive: true });
});

function ci(
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
  cwd = repository.folder,
): Promise<Outcome> {
  const { GITHUB_ACTIONS: _, GITHUB_STEP_SUMMARY: __, FORCE_COLOR: ___, ...inherited } = process.env;
  const launcher = join(packageRoot(), "bin", "kernelmark.js");
  const options = { cwd, env: { ...inherited, ...variables } };
  return new Promise((resolve) => {
    execFile(process.execPath, [launcher, "ci", ...args], options, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

/** One run in GitHub Actions, of an accepted and of a wrong submission, for tests of all its outputs. */
describe("a pull request with an accepted and a wrong submission", () => {
  const out = join(scratch, "run");
  const summaryFile = join(scratch, "summary.md");
  let outcome: Outcome;

  beforeAll(async () => {
    repository.branch("mixed");
    repository.write(softmaxOf("compile-error", "submissions/alice"));
    repository.write({
      // Neither of them runs a kernel.
      "submissions/alice/gmm-e-step.ts":
        'export default () => { throw new Error("\\n::error::forged ##[error]forged"); };',
      "submissions/alice/sofmax.ts": "",
    });
    repository.commit();
    const variables = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summaryFile };
    outcome = await ci(["--base", "main", "--assignment", "assignment.yaml", "--out", out], variables);
  });

  test("exits with 1, and describes each submission", () => {
    expect(outcome.status).toBe(1);
    expect(outcome.stdout).toContain("softmax: compile-error, the module or a shader does not compile");
    expect(outcome.stdout).toContain("None of 2 changed submissions are accepted.");
  });

  test("annotates the line that the compiler named, in the repository's file", () => {
    const annotations = outcome.stdout.split("\n").filter((line) => /^::(error|warning|notice) /.test(line));
    expect(annotations).toEqual([
      expect.stringMatching(
        /^::error file=submissions\/alice\/softmax\.wgsl,line=26,col=12,title=softmax%3A compile-error::.*unresolved value 'wieght'/,
      ),
      expect.stringMatching(
        /^::error file=submissions\/alice\/gmm-e-step\.ts,line=1,col=\d+,title=gmm-e-step%3A plan-error::/,
      ),
      "::warning title=Kernelmark::`gmm-e-step` is not in the assignment, so its verdict gives no points.",
    ]);
  });

  test("prints no text of the candidate outside stop-commands", () => {
    const [, token] = /^::stop-commands::(\S{36})\n/.exec(outcome.stdout) ?? [];
    const [stopped, obeyed] = outcome.stdout.split(`\n::${token}::\n`);
    expect(stopped).toContain("::error::forged ##[error]forged");
    expect(
      obeyed!
        .trimEnd()
        .split("\n")
        .every((line) => /^::(error|warning) /.test(line)),
    ).toBe(true);
    expect(outcome.stderr).toMatch(/^Grading 2 submissions on .*\.\n$/);
  });

  test("writes a job summary, and the run's reports", () => {
    const summary = readFileSync(summaryFile, "utf8");
    expect(summary).toContain("❌ None of 2 changed submissions are accepted.");
    expect(summary).toMatch(/^\| <code>softmax<\/code> \| ❌ compile-error \| 0 of \d+ \| 0 of 8 \|$/m);
    expect(summary).toContain("26 |");
    const results = JSON.parse(readFileSync(join(out, "results.json"), "utf8"));
    expect(readFileSync(join(out, "junit.xml"), "utf8")).toContain('file="submissions/alice/softmax.wgsl" line="26"');
    expect(results).toMatchObject({ assignment: { title: "Week 3" }, state: "finished" });
  });
});

describe("an accepted submission", () => {
  test("exits with 0, and prints one JSON document", async () => {
    repository.branch("right");
    repository.write(softmaxOf("plain", "submissions/alice"));
    repository.commit();
    const { status, stdout, stderr } = await ci(["--base", "main", "--json", "--out", join(scratch, "right")]);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 1,
      state: "graded",
      candidate: "alice",
      problems: [],
      unchanged: [],
      results: { attempts: [{ task: "softmax", candidate: "alice", verdict: "accepted" }] },
    });
    expect(status).toBe(0);
  });
});

describe("a pull request that is refused", () => {
  test("exits with 1, and is readable outside GitHub Actions", async () => {
    repository.branch("bad");
    repository.write({ "submissions/bob/softmax.wgsl": "", "assignment.yaml": "practice: true" });
    repository.commit();
    const { status, stdout, stderr } = await ci(["--base", "main"]);
    expect(stdout).toBe(
      [
        "assignment.yaml",
        "  It is outside `submissions/`. A pull request may change only one candidate's",
        "  folder there.",
        "",
        "The pull request is refused; nothing was graded.",
        "",
      ].join("\n"),
    );
    expect(stderr).toBe("");
    expect(status).toBe(1);
  });

  test.each([
    ["submissions/bob", []],
    ["week-3/notes", ["--submissions", "../../submissions"]],
  ])("is read from %s with %j as from the root", async (subfolder, args) => {
    repository.branch("pointer");
    const pointer = "version https://git-lfs.github.com/spec/v1\n";
    repository.write({ "submissions/bob/softmax.wgsl": pointer });
    repository.commit();
    const cwd = join(repository.folder, subfolder);
    mkdirSync(cwd, { recursive: true });
    const { status, stdout } = await ci(["--base", "main", ...args], {}, cwd);
    expect(stdout).toContain("submissions/bob/softmax.wgsl\n  It is kept in Git LFS");
    expect(status).toBe(1);
  });

  test("is annotated and summarized, and escapes commands in names", async () => {
    repository.branch("forging");
    repository.write({ "submissions/bob/softmax.wgsl": "", "##[error]forged, line=1\n::error::forged": "" });
    repository.commit();
    const summaryFile = join(scratch, "refused.md");
    const variables = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summaryFile };
    const out = join(scratch, "forging");
    const { status, stdout } = await ci(["--base", "main", "--out", out], variables);
    expect(readFileSync(join(out, "junit.xml"), "utf8")).toContain(
      '<testcase name="##[error]forged, line=1\\u{a}::error::forged" classname="pull request" file="##[error]forged, line=1\\u{a}::error::forged" line="1" time="0.000">\n      <failure type="refused" message="It is outside `submissions/`.',
    );
    expect(stdout.trimEnd().split("\n").at(-1)).toBe(
      "::error file=##[error]forged%2C line=1\\u{a}%3A%3Aerror%3A%3Aforged,line=1,col=1,title=Pull request refused::It is outside `submissions/`. A pull request may change only one candidate's folder there.",
    );
    expect(readFileSync(summaryFile, "utf8")).toContain("❌ The pull request is refused; nothing was graded.");
    expect(status).toBe(1);
    const json = await ci(["--base", "main", "--json"], { ...variables, GITHUB_STEP_SUMMARY: "" });
    expect(json.stdout).not.toContain("##[");
    expect(JSON.parse(json.stdout).problems[0].path).toBe("##[error]forged, line=1\\u{a}::error::forged");
    expect(json.stderr).toMatch(/^::error file=.*\n$/);
  });
});

describe("errors of configuration", () => {
  beforeAll(() => {
    repository.branch("own-assignment");
    repository.write(softmaxOf("plain", "submissions/alice"));
    repository.commit();
  });

  test.concurrent.each([
    [[], "`ci` needs --base.\nRun `kernelmark ci --help`."],
    [
      ["--base", "mian"],
      '--base is "mian", but there is no such commit in this clone. Did you mean "main"?\nFetch it first: git fetch origin mian',
    ],
    [
      ["--base", "main", "--assignment", "week-4.yaml"],
      "The base branch has no file week-4.yaml.\nCommit the assignment to the base branch first, or correct --assignment.",
    ],
    [
      ["--base", "main", "--assignment", "broken.yaml"],
      'broken.yaml:1:10: There is no task "sofmax". Did you mean "softmax"?',
    ],
    [
      ["--base", "main", "--submissions", "."],
      '--submissions is ".", which is not a folder inside the repository.\nGive it relative to the working directory, such as --submissions submissions.',
    ],
  ])("%j", async (args, message) => {
    const { status, stdout, stderr } = await ci(args);
    expect(stderr).toContain(`Error: ${message}`);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });

  test.concurrent("git is not installed", async () => {
    const { status, stderr } = await ci(["--base", "main"], { PATH: scratch });
    expect(stderr).toContain("Error: git was not found, but reading a pull request needs it.");
    expect(status).toBe(2);
  });
});
