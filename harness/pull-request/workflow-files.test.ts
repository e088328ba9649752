import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { parseWorkflow } from "@actions/workflow-parser";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { packageRoot } from "../files/package-root.ts";
import { TestRepository } from "../testing/test-repository.ts";

interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

const read = (path: string) => readFileSync(join(packageRoot(), path), "utf8");
const EXAMPLE = "docs/pull-request-workflow.yml";
const PAGES = "docs/pages-workflow.yml";
const ownWorkflows = readdirSync(join(packageRoot(), ".github", "workflows")).map(
  (name) => `.github/workflows/${name}`,
);
const workflows = [...ownWorkflows, EXAMPLE, "docs/many-machines/actions-matrix.yml", PAGES];
const action = parse(read("action.yml"));

function stepsOf(path: string): Step[] {
  const { jobs } = parse(read(path));
  return Object.values(jobs as Record<string, { steps: Step[] }>).flatMap(({ steps }) => steps);
}

type Parser = typeof import("@actions/workflow-parser") & { readonly parseAction: typeof parseWorkflow };

/** GitHub's own parser. It imports JSON in a way that Node rejects, and does not export its parser of actions. */
async function loadParser(): Promise<Parser> {
  const { outputFiles } = await build({
    stdin: {
      contents:
        'export * from "@actions/workflow-parser"; export { parseAction } from "./node_modules/@actions/workflow-parser/dist/actions/action-parser.js";',
      resolveDir: packageRoot(),
    },
    bundle: true,
    format: "esm",
    platform: "node",
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire("/");' },
    write: false,
  });
  const file = join(scratch, "parser.mjs");
  writeFileSync(file, outputFiles[0]!.contents);
  return import(pathToFileURL(file).href);
}

const scratch = mkdtempSync(join(tmpdir(), "kernelmark-workflows-"));
const { parseWorkflow: parseWorkflowFile, parseAction, NoOperationTraceWriter } = await loadParser();
afterAll(() => rmSync(scratch, { recursive: true }));

function errorsOf(parseFile: typeof parseWorkflow, name: string, content: string): unknown[] {
  return parseFile({ name, content }, new NoOperationTraceWriter()).context.errors.getErrors();
}

describe("workflows and action", () => {
  test.each(workflows)("%s is valid by GitHub's schema, with read-only permissions and a time limit", (path) => {
    const content = read(path);
    expect(errorsOf(parseWorkflowFile, path, content)).toEqual([]);
    const { permissions, jobs, on } = parse(content);
    expect(permissions).toEqual({ contents: "read" });
    expect(typeof on === "string" ? [on] : Object.keys(on)).not.toContain("pull_request_target");
    for (const job of Object.values<Record<string, unknown>>(jobs)) {
      expect(job["timeout-minutes"]).toBeGreaterThan(0);
      if (path !== PAGES) expect(job).not.toHaveProperty("permissions");
    }
  });

  test("only the job that publishes the site may write, and it runs no script", () => {
    const { jobs } = parse(read(PAGES));
    const { publish, ...others } = jobs as Record<string, { permissions?: object; steps: Step[] }>;
    expect(publish).toMatchObject({ permissions: { pages: "write", "id-token": "write" } });
    expect(publish!.steps.filter(({ run }) => run !== undefined)).toEqual([]);
    for (const job of Object.values(others)) expect(job).not.toHaveProperty("permissions");
    expect(others.write!.steps.map(({ run }) => run)).toContain("npx kernelmark site --out public");
  });

  test("the action is valid by GitHub's schema", () => {
    const content = read("action.yml");
    expect(errorsOf(parseAction, "action.yml", content)).toEqual([]);
    // The schema is really applied.
    expect(errorsOf(parseAction, "action.yml", content.replace("using: composite", "using: nothing"))).not.toEqual([]);
  });

  test.each([
    ...workflows.map((path) => [path, stepsOf(path)] as const),
    ["action.yml", action.runs.steps as Step[]] as const,
  ])("%s: scripts are valid, and do not interpolate a pull request's values", (_, steps) => {
    for (const { run, uses } of steps) {
      if (run !== undefined) {
        execFileSync("bash", ["-n", "-c", run], { stdio: "pipe" });
        expect(run).not.toContain("${{");
      }
      // Tags and branches can be moved after a review.
      if (uses !== undefined && uses !== "./") expect(uses).toMatch(/@[0-9a-f]{40}$/);
    }
  });

  test("the example uses known inputs of the action, and checks out the base branch without persisting a token", () => {
    const steps = stepsOf(EXAMPLE);
    const own = steps.find(({ uses }) => uses === "./")!;
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(own.with!)));
    expect(steps.find(({ uses }) => uses?.startsWith("actions/checkout@"))?.with).toEqual({
      // biome-ignore lint/suspicious/noTemplateCurlyInString: GitHub's, not ours
      ref: "${{ github.event.pull_request.base.sha }}",
      "fetch-depth": 0,
      "persist-credentials": false,
    });
  });
});

/** Runs the action's own scripts as the runner does: in a clone of a course's repository that lacks the head. */
describe("the action's scripts", () => {
  const repository = new TestRepository({ "assignment.yaml": "", "submissions/bob/softmax.ts": "" });
  const clone = join(scratch, "clone");
  let head = "";
  afterAll(() => repository.delete());

  beforeAll(() => {
    const base = repository.git("rev-parse", "main");
    execFileSync("git", ["clone", "-q", "--no-local", `file://${repository.folder}`, clone]);
    execFileSync("git", ["checkout", "-q", "--detach", base], { cwd: clone });
    repository.branch("change");
    repository.write({ "assignment.yaml": "practice: true" });
    head = repository.commit();
  });

  function runStep(name: string, variables: Readonly<Record<string, string>>): { status: number; output: string } {
    const { run } = (action.runs.steps as Step[]).find((step) => step.name === name)!;
    const runner = {
      GITHUB_SERVER_URL: "https://github.com",
      RUNNER_TEMP: scratch,
      GITHUB_OUTPUT: join(scratch, "output"),
    };
    // As in the runner: `shell: bash`.
    const args = ["--noprofile", "--norc", "-eo", "pipefail", "-c", run!];
    try {
      const env = { ...process.env, GITHUB_ACTIONS: "", GITHUB_STEP_SUMMARY: "", ...runner, ...variables };
      return { status: 0, output: execFileSync("bash", args, { cwd: clone, env, encoding: "utf8", stdio: "pipe" }) };
    } catch (error) {
      const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
      return { status, output: stdout + stderr };
    }
  }

  test("fetch only the head, and grade it against the base branch", () => {
    expect(runStep("Make a folder for reports", {}).status).toBe(0);
    const [, reports] = /^reports=(.+)$/m.exec(readFileSync(join(scratch, "output"), "utf8"))!;

    expect(runStep("Fetch the pull request's commits", { HEAD: head, TOKEN: "t" })).toEqual({ status: 0, output: "" });
    expect(readFileSync(join(clone, ".git", "config"), "utf8")).not.toContain("AUTHORIZATION");
    expect(readFileSync(join(clone, "assignment.yaml"), "utf8")).toBe("");

    const inputs = {
      BASE: "HEAD",
      HEAD: head,
      SUBMISSIONS: "submissions",
      CANDIDATE: "",
      ASSIGNMENT: "",
      REPORTS: reports!,
    };
    const { status, output } = runStep("Grade the changed submissions", { ACTION: packageRoot(), ...inputs });
    expect(output).toContain("The pull request is refused; nothing was graded.");
    expect(status).toBe(1);
    expect(existsSync(join(reports!, "junit.xml"))).toBe(true);
  });

  test("report a missing pull request", () => {
    const { status, output } = runStep("Fetch the pull request's commits", { HEAD: "", TOKEN: "t" });
    expect(output).toContain("no pull request");
    expect(status).toBe(2);
  });
});
