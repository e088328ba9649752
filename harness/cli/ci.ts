import { mkdirSync, rmSync } from "node:fs";
import { join, posix } from "node:path";
import type { CommandModule } from "yargs";
import type { Git } from "../pull-request/git.ts";
import type { TakenPullRequest } from "../pull-request/pull-request.ts";
import type { Assignment } from "../results/assignment.ts";
import { UserError } from "../text/user-error.ts";

interface CiOptions {
  readonly base: string;
  readonly head: string;
  readonly submissions: string | undefined;
  readonly candidate: string | undefined;
  readonly assignment: string | undefined;
  readonly tasks: string | undefined;
  readonly out: string | undefined;
  readonly isolate: boolean;
  readonly json: boolean;
}

/** The folder of the candidates' folders, unless named. */
const SUBMISSIONS = "submissions";

/** `kernelmark ci`: grades the submissions that a pull request changes. */
export const ci: CommandModule<object, CiOptions> = {
  command: "ci",
  describe: "Grade the submissions that a pull request changes",
  builder: (yargs) =>
    yargs
      .option("base", {
        type: "string",
        requiresArg: true,
        demandOption: true,
        describe: "The branch or commit to merge into",
      })
      .option("head", {
        type: "string",
        requiresArg: true,
        default: "HEAD",
        describe: "The last commit of the pull request",
      })
      .option("submissions", {
        type: "string",
        requiresArg: true,
        describe: "The folder of the candidates' folders; the nearest `submissions`, here or above, by default",
      })
      .option("candidate", {
        type: "string",
        requiresArg: true,
        describe: "The only candidate whose folder may change",
      })
      .option("assignment", {
        type: "string",
        requiresArg: true,
        describe: "The assignment.yaml with points and limits, from the base branch",
      })
      .option("tasks", {
        type: "string",
        requiresArg: true,
        describe: "Add the tasks in this folder of the base branch to the built-in ones",
      })
      .option("out", {
        type: "string",
        requiresArg: true,
        describe: "The run's folder; reports/<date and time> by default",
      })
      .option("isolate", {
        type: "boolean",
        default: false,
        describe: "Confine kernels with bubblewrap: no network, no other files",
      })
      .option("json", { type: "boolean", default: false, describe: "Print one JSON document" })
      .example("$0 ci --base origin/main", "Grade the submissions that this branch changes")
      .example("$0 ci --base origin/main --head pull/7", "Grade another branch, without checking it out")
      .epilogue(
        "In GitHub Actions it annotates the changed lines and writes a job summary; see docs/pull-requests.md.",
      ),
  async handler(options) {
    const [
      { Git },
      { withPullRequest },
      { startBundler },
      { taskNames },
      { gradeChanges, reportRefusal },
      { tellOutcome, exitCodeOf },
      { makeTemporaryFolder },
    ] = await Promise.all([
      import("../pull-request/git.ts"),
      import("../pull-request/pull-request.ts"),
      import("../worker/bundler.ts"),
      import("../catalog/load.ts"),
      import("./grade-changes.ts"),
      import("./tell-outcome.ts"),
      import("../files/temporary-folder.ts"),
    ]);
    startBundler();
    const git = new Git(process.cwd());
    const submissions =
      options.submissions === undefined
        ? await nearestSubmissions(git, options)
        : await pathInRepository(git, options.submissions, "--submissions");
    const baseFolder = makeTemporaryFolder();
    process.once("exit", () => rmSync(baseFolder, { recursive: true, force: true }));
    try {
      await addBaseTasks(git, options, baseFolder);
      const setting = { ...options, submissions, taskNames: taskNames() };
      const outcome = await withPullRequest(git, setting, async (pullRequest) => {
        if (pullRequest.state === "refused") {
          if (options.out !== undefined) await reportRefusal(pullRequest.problems, options.out);
          return pullRequest;
        }
        const assignment = await assignmentOf(git, options.assignment, pullRequest);
        const { out: folder, isolate: isIsolated, json: isSilent } = options;
        return gradeChanges(pullRequest, { submissions, assignment, folder, isIsolated, isSilent });
      });
      await tellOutcome(outcome, options.json);
      process.exitCode = exitCodeOf(outcome);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      throw new UserError(
        namedAsInBase(error.message, baseFolder),
        error.hint && namedAsInBase(error.hint, baseFolder),
      );
    }
  },
};

/** Paths of the base branch's tasks as the repository has them. */
function namedAsInBase(text: string, baseFolder: string): string {
  return text.replaceAll(`${baseFolder}/`, "");
}

/** The working directory from the root of the repository, such as `course/week-3/`; empty at the root. */
async function workingDirectory(git: Git): Promise<string> {
  // Outside a repository this fails; a later step reports that better.
  const outcome = await git.try(["rev-parse", "--show-prefix"]);
  return outcome.ok ? outcome.output.toString().replace(/\n$/, "") : "";
}

/** The folder `submissions` of the working directory or the nearest folder above it, in the base branch or the head. */
async function nearestSubmissions(git: Git, { base, head }: CiOptions): Promise<string> {
  for (let folder = posix.normalize(await workingDirectory(git)); folder !== "."; folder = posix.dirname(folder)) {
    const path = posix.join(folder, SUBMISSIONS);
    for (const commit of [base, head]) {
      // `--` ends the options: a commit's name may begin with a dash.
      const outcome = await git.try(["ls-tree", "--full-tree", "-d", "--", commit, path]);
      if (outcome.ok && outcome.output.length > 0) return path;
    }
  }
  return SUBMISSIONS;
}

/** Converts a path relative to the working directory to one from the root of the repository. */
async function pathInRepository(git: Git, path: string, option: string): Promise<string> {
  const prefix = await workingDirectory(git);
  const whole = posix.normalize(posix.join(prefix, path.replaceAll("\\", "/"))).replace(/\/$/, "");
  const isFolder = option !== "--assignment";
  if (posix.isAbsolute(path) || whole === "." || whole === ".." || whole.startsWith("../")) {
    throw new UserError(
      `${option} is "${path}", which is not a ${isFolder ? "folder" : "file"} inside the repository.`,
      `Give it relative to the working directory, such as ${option} ${isFolder ? option.slice(2) : "assignment.yaml"}.`,
    );
  }
  return whole;
}

/** Adds the task folder that `--tasks` or the assignment names, as the base branch has it. */
async function addBaseTasks(git: Git, { base, tasks, assignment }: CiOptions, baseFolder: string): Promise<void> {
  if (tasks === undefined && assignment === undefined) return;
  const [{ writeBaseFolder }, { findCommit }, { taskFolderIn }, { addTaskFolder }] = await Promise.all([
    import("../pull-request/base-folder.ts"),
    import("../pull-request/comparison.ts"),
    import("../marks/read-assignment.ts"),
    import("../catalog/load.ts"),
  ]);
  let path = tasks === undefined ? undefined : await pathInRepository(git, tasks, "--tasks");
  if (path === undefined && assignment !== undefined) {
    const file = await pathInRepository(git, assignment, "--assignment");
    const commit = await findCommit(git, base, "--base");
    const outcome = await git.try(["cat-file", "blob", `${commit}:${file}`]);
    const named = outcome.ok ? taskFolderIn(outcome.output.toString("utf8")) : undefined;
    if (named !== undefined) path = posix.normalize(posix.join(posix.dirname(file), named));
  }
  if (path === undefined) return;
  const target = join(baseFolder, posix.dirname(path));
  mkdirSync(target, { recursive: true });
  await addTaskFolder(await writeBaseFolder(git, base, path, target), "--tasks");
}

/** The assignment of the base branch; without one, all changed tasks count the same. */
async function assignmentOf(
  git: Git,
  option: string | undefined,
  { comparison, cohort }: TakenPullRequest,
): Promise<Assignment> {
  const [{ defaultAssignment }, { groupNamesFor, parseAssignment, withTasks }, { taskNames }] = await Promise.all([
    import("../results/assignment.ts"),
    import("../marks/read-assignment.ts"),
    import("../catalog/load.ts"),
  ]);
  if (option === undefined) return defaultAssignment(cohort.submissions.map(({ task }) => task));
  const path = await pathInRepository(git, option, "--assignment");
  const outcome = await git.try(["cat-file", "blob", `${comparison.base}:${path}`]);
  if (outcome.ok) {
    const text = outcome.output.toString("utf8");
    return withTasks(parseAssignment(text, path, taskNames(), await groupNamesFor(text, taskNames())));
  }
  throw new UserError(
    `The base branch has no file ${path}.`,
    "Commit the assignment to the base branch first, or correct --assignment.",
  );
}
