import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A real repository for tests, with a branch `main`. */
export class TestRepository {
  readonly folder = mkdtempSync(join(tmpdir(), "kernelmark-repository-"));

  constructor(files: Readonly<Record<string, string>>) {
    this.git("init", "-q", "-b", "main");
    this.write(files);
    this.commit();
  }

  git(...args: readonly string[]): string {
    return this.#run(args);
  }

  /** Runs a git command with text on its standard input. */
  gitWithInput(input: string | Buffer, ...args: readonly string[]): string {
    return this.#run(args, input);
  }

  /** Starts a branch from `main`. */
  branch(name: string, start = "main"): void {
    this.git("checkout", "-q", "-f", "-B", name, start);
    this.git("clean", "-qfdx");
  }

  write(files: Readonly<Record<string, string | Buffer>>): void {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), content);
    }
  }

  remove(path: string): void {
    rmSync(join(this.folder, path), { recursive: true });
  }

  link(path: string, target: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    symlinkSync(target, join(this.folder, path));
  }

  makeProgram(path: string): void {
    chmodSync(join(this.folder, path), 0o755);
  }

  /** Commits everything in the work tree. */
  commit(): string {
    this.git("add", "-A", "-f");
    this.git("commit", "-q", "--allow-empty", "-m", "Change");
    return this.git("rev-parse", "HEAD");
  }

  /**
   * Commits a tree that a work tree cannot contain, on top of `main`: the root's entries are kept, except for `name`.
   *
   * @param entries as `git mktree` reads them, for the folder `name`
   */
  commitTree(name: string, entries: string): string {
    const folder = this.mktree(entries);
    const others = this.git("ls-tree", "main")
      .split("\n")
      .filter((line) => !line.endsWith(`\t${name}`));
    const root = this.mktree([...others, `040000 tree ${folder}\t${name}`].join("\n"));
    return this.git("commit-tree", root, "-p", "main", "-m", "Change");
  }

  mktree(entries: string): string {
    return this.gitWithInput(`${entries}\n`, "mktree");
  }

  blob(content: string): string {
    return this.gitWithInput(content, "hash-object", "-w", "--stdin");
  }

  delete(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #run(args: readonly string[], input: string | Buffer = ""): string {
    const identity = { GIT_AUTHOR_NAME: "Test", GIT_AUTHOR_EMAIL: "test@example.com" };
    const env = {
      ...process.env,
      ...identity,
      GIT_COMMITTER_NAME: identity.GIT_AUTHOR_NAME,
      GIT_COMMITTER_EMAIL: identity.GIT_AUTHOR_EMAIL,
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_NOSYSTEM: "1",
    };
    return execFileSync("git", args, { cwd: this.folder, env, input, encoding: "utf8", stdio: "pipe" }).trimEnd();
  }
}
