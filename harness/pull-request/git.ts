import { devNull } from "node:os";
import { execa } from "execa";
import { UserError } from "../text/user-error.ts";

/** A pull request written by hand causes less output. */
const OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024;
const TIME_LIMIT_MS = 120_000;
const ERROR_LIMIT_BYTES = 2_000;

/**
 * Overrides of the repository's configuration: no configured program is run, and nothing is fetched. A commit cannot
 * carry configuration, but its attributes could call helpers configured on this machine.
 */
const SAFE_OPTIONS = [
  "--no-pager",
  "--no-replace-objects",
  "--literal-pathspecs",
  ...[
    `core.hooksPath=${devNull}`,
    "core.fsmonitor=false",
    `core.attributesFile=${devNull}`,
    "protocol.allow=never",
  ].flatMap((setting) => ["-c", setting]),
];

export type GitOutcome =
  | { readonly ok: true; readonly output: Buffer }
  | { readonly ok: false; readonly message: string };

/** A repository, read only through git's plumbing commands, which neither read the work tree nor run programs. */
export class Git {
  readonly #folder: string;

  /** @param folder anywhere in the repository */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Runs a command that may fail.
   *
   * @param input for its standard input
   * @throws UserError if git cannot be run, takes too long, or prints too much
   */
  async try(args: readonly string[], input = ""): Promise<GitOutcome> {
    const git = await execa("git", [...SAFE_OPTIONS, ...args], {
      cwd: this.#folder,
      env: safeEnvironment(process.env),
      extendEnv: false,
      input,
      encoding: "buffer",
      stripFinalNewline: false,
      maxBuffer: OUTPUT_LIMIT_BYTES,
      timeout: TIME_LIMIT_MS,
      killSignal: "SIGKILL",
      reject: false,
    });
    if (git.code === "ENOENT") {
      throw new UserError(
        "git was not found, but reading a pull request needs it.",
        "Install git (`apt-get install git`, or https://git-scm.com), or fix PATH.",
      );
    }
    if (git.isMaxBuffer) {
      throw new UserError(
        `git ${args[0]} printed more than ${OUTPUT_LIMIT_BYTES / 1024 / 1024} MiB: the pull request is too large to grade.`,
        "Review it by hand.",
      );
    }
    if (git.signal !== undefined) {
      throw new UserError(
        `git ${args[0]} was stopped (${git.signal}); the limit is ${TIME_LIMIT_MS / 1000} s.`,
        "Check the repository with `git fsck`.",
      );
    }
    // It could not be started for another reason.
    if (git.exitCode === undefined) throw git;
    if (git.exitCode === 0) return { ok: true, output: Buffer.from(git.stdout) };
    const message = Buffer.from(git.stderr).toString("utf8", 0, ERROR_LIMIT_BYTES);
    return { ok: false, message: message.trim().replace(/^fatal: /, "") };
  }

  /** Runs a command that should not fail. */
  async run(args: readonly string[], input?: string): Promise<Buffer> {
    const outcome = await this.try(args, input);
    if (outcome.ok) return outcome.output;
    throw new UserError(
      `git ${args[0]} failed: ${outcome.message || "no error message."}`,
      "Check the repository with `git fsck`; a clone with --filter lacks files.",
    );
  }

  /** A command's output, without the trailing newline. */
  async text(args: readonly string[]): Promise<string> {
    return (await this.run(args)).toString("utf8").replace(/\n$/, "");
  }
}

/**
 * Git's own variables could redirect it to another repository or make it run programs. The machine's configuration
 * stays: it lists the safe folders of other users, and no commit can change it.
 */
function safeEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => !/^(GIT_|LC_ALL$|LANGUAGE$)/.test(name));
  return {
    ...Object.fromEntries(kept),
    // Messages in English, so that people can search for them.
    LC_ALL: "C",
    GIT_TERMINAL_PROMPT: "0",
    GIT_NO_LAZY_FETCH: "1",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_ATTR_NOSYSTEM: "1",
  };
}
