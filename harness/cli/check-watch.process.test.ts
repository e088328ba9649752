import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { packageRoot } from "../files/package-root.ts";

const LAUNCHER = join(packageRoot(), "bin", "kernelmark.js");
const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MODULE = join(folder, "softmax.ts");
const KERNEL = join(folder, "softmax.wgsl");
const example = (name: string, file: string) => join(packageRoot(), "submissions", name, file);

/** A module with a syntax error at the given line: a fast verdict. */
const brokenAt = (line: number) => `${"\n".repeat(line - 1)}let = = ${line};`;

/** A running `check --watch`. */
class Watching {
  readonly process: ChildProcess;
  readonly exit: Promise<number | null>;
  output = "";
  #read = 0;
  #wake = () => {};

  constructor(command: string, args: readonly string[]) {
    this.process = spawn(command, args, { cwd: folder });
    for (const stream of [this.process.stdout!, this.process.stderr!]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
        this.#wake();
      });
    }
    this.exit = new Promise((resolve) => this.process.on("close", resolve));
  }

  /** Waits for this text, and returns the output since the last call. */
  async until(text: string): Promise<string> {
    for (;;) {
      const at = this.output.indexOf(text, this.#read);
      if (at >= 0) {
        const since = this.output.slice(this.#read, at + text.length);
        this.#read = at + text.length;
        return since;
      }
      if (this.process.exitCode !== null) throw new Error(`It ended before it wrote "${text}":\n${this.output}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        setTimeout(resolve, 1000);
      });
    }
  }
}

let watching: Watching;
beforeEach(() => {
  copyFileSync(example("plain", "softmax.ts"), MODULE);
  copyFileSync(example("plain", "softmax.wgsl"), KERNEL);
});
afterEach(() => {
  watching.process.kill("SIGKILL");
});

describe("check --watch in a pipe", () => {
  it("judges after every save, by any method of editors", async () => {
    watching = new Watching(process.execPath, [LAUNCHER, "check", "softmax.ts", "--watch"]);
    expect(await watching.until("accepted")).toContain("Watching softmax.ts; Ctrl-C to stop.");
    expect(await watching.until("says how.\n")).toMatch(/Cases: (\d+) of \1 passed/);

    // The imported kernel.
    copyFileSync(example("compile-error", "softmax.wgsl"), KERNEL);
    expect(await watching.until("unresolved value 'wieght'")).toContain("compile-error");

    // Saved in two steps.
    writeFileSync(MODULE, "");
    await sleep(100);
    writeFileSync(MODULE, brokenAt(2));
    await watching.until("softmax.ts:2:7");

    // Deleted and created again.
    rmSync(MODULE);
    await sleep(100);
    writeFileSync(MODULE, brokenAt(3));
    await watching.until("softmax.ts:3:7");

    // Written to a temporary file, which is renamed.
    writeFileSync(`${MODULE}~`, brokenAt(4));
    renameSync(`${MODULE}~`, MODULE);
    await watching.until("softmax.ts:4:7");

    // Saved unchanged: no output.
    utimesSync(MODULE, new Date(), new Date());
    await sleep(200);
    writeFileSync(MODULE, brokenAt(5));
    expect((await watching.until("softmax.ts:5:7")).match(/^--- /gm)).toHaveLength(1);

    // An imported file that is missing at first.
    rmSync(KERNEL);
    copyFileSync(example("plain", "softmax.ts"), MODULE);
    await watching.until("There is no file `softmax.wgsl`");
    writeFileSync(KERNEL, "fn broken( {}");
    expect(await watching.until("softmax.wgsl:1:")).toContain("compile-error");

    // During the check of the last save, which would take seconds.
    copyFileSync(example("time-limit", "softmax.wgsl"), KERNEL);
    await sleep(600);
    writeFileSync(MODULE, brokenAt(6));
    expect(await watching.until("softmax.ts:6:7")).not.toContain("time-limit");

    expect(watching.output).not.toContain("\u001b");
    watching.process.kill("SIGINT");
    // On Windows, a signal from another process ends it at once.
    if (process.platform !== "win32") expect(await watching.exit).toBe(0);
  });
});

describe("check --watch on a terminal", () => {
  const hasScript = spawnSync("script", ["--version"]).status === 0;
  it.skipIf(!hasScript)("redraws in place, shows progress in the last line, and stops on Ctrl-C", async () => {
    writeFileSync(MODULE, brokenAt(2));
    const command = `stty cols 80 rows 40; exec '${process.execPath}' '${LAUNCHER}' check softmax.ts --watch`;
    watching = new Watching("script", ["-qefc", command, "/dev/null"]);
    const first = await watching.until("Ctrl-C to stop.");
    expect(first).toContain("Checking …");
    expect(first).toContain("\u001b[H\u001b[2J");
    writeFileSync(MODULE, brokenAt(3));
    await watching.until("\u001b[H\u001b[2J");
    const screen = await watching.until("Ctrl-C to stop.");
    expect(screen).toContain("softmax.ts:3:7");
    const [last] = screen.split("\n").slice(-1);
    expect(stripVTControlCharacters(last!)).toMatch(
      /^compile-error at \d\d:\d\d:\d\d, in \d+\.\d\d s\. Watching softmax\.ts; Ctrl-C to stop\.$/,
    );
    watching.process.stdin!.write("\u0003");
    expect(await watching.exit).toBe(0);
  });
});

it("conflicts with --json", () => {
  const { stdout, status } = spawnSync(process.execPath, [LAUNCHER, "check", MODULE, "--watch", "--json"]);
  expect(JSON.parse(stdout.toString()).error).toEqual({
    message: "--json prints one document, but --watch never ends.",
    hint: "Omit one of them.",
  });
  expect(status).toBe(2);
  expect(readFileSync(MODULE, "utf8")).not.toBe("");
});
