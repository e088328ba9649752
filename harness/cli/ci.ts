import { posix } from "node:path";
import type { CommandModule } from "yargs";
import type { Git } from "../pull-request/git.ts";
import type { TakenPullRequest } from "../pull-request/pull-request.ts";
import type { Assignment } from "../results/assignment.ts";
import { UserError } from "../text/user-error.ts";

interface CiOptions {
  readonly base: string;
  readonly head: string;
  readonly submissions: string;
  readonly candidate: string | undefined;
  readonly assignment: string | undefined;
  readonly out: string | undefined;
  readonly isolate: boolean;
  readonly json: boolean;
}

/** `kernelmark ci`: grades what a pull request changes. */
export const ci: CommandModule<object, CiOptions> = {
  command: "ci",
  describe: "Grade the submissions that a pull request changes",
  builder: (yargs) =>
    yargs
      .option("base", {
        type: "string",
        requiresArg: true,
        demandOption: true,
        describe: "The branch or commit that it would be merged into",
      })
      .option("head", { type: "string", requiresArg: true, default: "HEAD", describe: "Its last commit" })
      .option("submissions", {
        type: "string",
        requiresArg: true,
        default: "submissions",
        describe: "The folder that holds one folder for each candidate",
      })
      .option("candidate", {
        type: "string",
        requiresArg: true,
        describe: "The only candidate whose folder may be changed",
      })
      .option("assignment", {
        type: "string",
        requiresArg: true,
        describe: "What counts: an assignment.yaml of the base branch",
      })
      .option("out", {
        type: "string",
        requiresArg: true,
        describe: "The run's folder; reports/<date and time> by default",
      })
      .option("isolate", {
        type: "boolean",
        default: false,
        describe: "Give kernels' processes a network and files of their own, by bubblewrap",
      })
      .option("json", { type: "boolean", default: false, describe: "Print one JSON document" })
      .example("$0 ci --base origin/main", "Grade what this branch changes")
      .example("$0 ci --base origin/main --head pull/7", "Grade another branch, without checking it out")
      .epilogue("In GitHub Actions, it annotates the changed lines and writes a job summary: docs/pull-requests.md."),
  async handler(options) {
    const [
      { Git },
      { withPullRequest },
      { startBundler },
      { taskNames },
      { gradeChanges, reportRefusal },
      { tellOutcome, exitCodeOf },
    ] = await Promise.all([
      import("../pull-request/git.ts"),
      import("../pull-request/pull-request.ts"),
      import("../worker/bundler.ts"),
      import("../catalog/load.ts"),
      import("./grade-changes.ts"),
      import("./tell-outcome.ts"),
    ]);
    startBundler();
    const git = new Git(process.cwd());
    const submissions = await pathInRepository(git, options.submissions, "--submissions");
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
  },
};

/** A path from the root of the repository, of one that was given from the working directory. */
async function pathInRepository(git: Git, path: string, option: string): Promise<string> {
  // Fails where there is no repository, of which there will be better words.
  const outcome = await git.try(["rev-parse", "--show-prefix"]);
  const prefix = outcome.ok ? outcome.output.toString().trim() : "";
  const whole = posix.normalize(posix.join(prefix, path.replaceAll("\\", "/"))).replace(/\/$/, "");
  if (posix.isAbsolute(path) || whole === "." || whole === ".." || whole.startsWith("../")) {
    throw new UserError(
      `${option} is "${path}", which is not a ${option === "--submissions" ? "folder" : "file"} inside the repository.`,
      `Name it from where you are, such as ${option} ${option === "--submissions" ? "submissions" : "assignment.yaml"}.`,
    );
  }
  return whole;
}

/** The assignment as the base branch has it; without one, what changed counts the same. */
async function assignmentOf(
  git: Git,
  option: string | undefined,
  { comparison, cohort }: TakenPullRequest,
): Promise<Assignment> {
  const [{ defaultAssignment }, { parseAssignment }, { taskNames }] = await Promise.all([
    import("../results/assignment.ts"),
    import("../marks/read-assignment.ts"),
    import("../catalog/load.ts"),
  ]);
  if (option === undefined) return defaultAssignment(cohort.submissions.map(({ task }) => task));
  const path = await pathInRepository(git, option, "--assignment");
  const outcome = await git.try(["cat-file", "blob", `${comparison.base}:${path}`]);
  if (outcome.ok) return parseAssignment(outcome.output.toString("utf8"), path, taskNames());
  throw new UserError(
    `There is no file ${path} in the base branch.`,
    "Assignments are read from there: commit it to the base branch first, or mend --assignment.",
  );
}
