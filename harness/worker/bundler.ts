import { join } from "node:path";
import { packageRoot } from "../files/package-root.ts";
import { type Built, type BundleResult, ofWholeModule } from "../plan/bundle.ts";
import { hashFiles, type SourceFile, type SourceLimits } from "../plan/source-files.ts";
import type { Submission } from "../submission/read.ts";
import { defaultLimits, fixedLimits, timeLimits } from "../task/limits.ts";
import { type RequestOutcome, SupervisedProcess } from "./supervised-process.ts";

/** A request to the bundler's process. */
export interface BundleJob {
  readonly folder: string;
  /** The module, relative to the folder. */
  readonly file: string;
  readonly limits: SourceLimits;
}

export type FromBundler =
  /** Sent once. If the process ends earlier, no module is to blame. */
  | { readonly type: "ready" }
  /** A file was sought; its text is null if it could not be read. */
  | { readonly type: "read"; readonly path: string; readonly text: string | null }
  | { readonly type: "built"; readonly built: Built };

/** The outcome of a try to bundle a module. */
type Ending =
  | { readonly kind: "built"; readonly built: Built }
  | { readonly kind: "late" | "too large" | "died" }
  | { readonly kind: "never started"; readonly lastWords: string };

interface Tried {
  readonly ending: Ending;
  readonly read: ReadonlyMap<string, string | null>;
}

/** The number of fresh processes for a module whose process dies. */
const TRIES = 2;

/**
 * Turns submissions into scripts, in an expendable process: modules are untrusted, and can make a parser hang or run
 * out of memory. The process serves many submissions, one at a time, so that the module to blame is known if it must be
 * killed.
 */
export class Bundler {
  #child: SupervisedProcess<BundleJob, FromBundler> | undefined;
  #isReady = false;
  #last: Promise<unknown> = Promise.resolve();
  #isStopping = false;

  /** Starts the process ahead of its first use. */
  start(): void {
    if (this.#child?.hasEnded === false) return;
    this.#isReady = false;
    const script = join(packageRoot(), "dist", "harness", "worker", "bundler-main.js");
    // The folders are not known yet; links are refused when files are opened (`source-folder.ts`).
    const access = { reads: ["*"], startsProcesses: true };
    this.#child = new SupervisedProcess(script, { environment: {}, kind: "software" }, access);
    this.#child.listen((message) => {
      this.#isReady ||= message.type === "ready";
    });
  }

  /**
   * Turns a submission into one script, without running any of it.
   *
   * @throws if the process cannot be started, or is stopped meanwhile; never because of a submission
   */
  bundle(submission: Submission, limits: SourceLimits = defaultLimits): Promise<BundleResult> {
    const result = this.#last.then(() => this.#bundleAlone(submission, limits));
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Kills the process, even while it is busy. A later {@link bundle} starts another. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#endProcess();
    await this.#last;
    this.#isStopping = false;
  }

  async #bundleAlone({ folder, file }: Submission, limits: SourceLimits): Promise<BundleResult> {
    for (let trial = 1; ; trial++) {
      if (this.#isStopping) throw new Error("the bundler was stopped");
      const { ending, read } = await this.#try({ folder, file, limits });
      // Something else may have killed the process: a module is blamed only if it dies twice.
      if (ending.kind === "died" && trial < TRIES) continue;
      if (ending.kind === "never started") {
        if (trial < TRIES) continue;
        throw new Error(`the bundler's process did not start: ${ending.lastWords.trim() || "no output"}`);
      }
      const files = [...read].flatMap(([path, text]) => (text === null ? [] : [{ path, text }])).sort(byPath);
      return { ...builtOf(ending, file), files, sought: [...read.keys()], hash: hashFiles(files) };
    }
  }

  async #try(job: BundleJob): Promise<Tried> {
    this.start();
    const child = this.#child!;
    const read = new Map<string, string | null>();
    const outcome = await child.request<Built>(job, {
      limitMs: this.#isReady ? fixedLimits.bundleTimeMs : timeLimits.workerStartMs,
      mostMebibytes: fixedLimits.bundlerMebibytes,
      onMessage: (message, request) => {
        if (message.type === "read") read.set(message.path, message.text);
        else if (message.type === "built") request.answer(message.built);
        else {
          this.#isReady = true;
          request.limit(fixedLimits.bundleTimeMs);
        }
      },
    });
    const ending = this.#endingOf(outcome);
    const isLarge = (child.residentBytes() ?? 0) > (fixedLimits.bundlerMebibytes * 2 ** 20) / 2;
    if (ending.kind !== "built" || isLarge) await this.#endProcess();
    return { ending, read };
  }

  #endingOf(outcome: RequestOutcome<Built>): Ending {
    switch (outcome.kind) {
      case "answered":
        return { kind: "built", built: outcome.answer };
      case "late":
        return this.#isReady ? { kind: "late" } : { kind: "never started", lastWords: "it took too long" };
      case "too large":
        return { kind: "too large" };
      case "died":
        return this.#isReady ? { kind: "died" } : { kind: "never started", lastWords: outcome.exit.lastWords };
      case "stopped":
        return { kind: "died" };
    }
  }

  async #endProcess(): Promise<void> {
    this.#child?.kill();
    await this.#child?.exited;
    this.#child = undefined;
  }
}

const SIMPLER = "Make its expressions shorter and less deeply nested.";

function builtOf(ending: Exclude<Ending, { kind: "never started" }>, file: string): Built {
  switch (ending.kind) {
    case "built":
      return ending.built;
    case "died":
      return ofWholeModule(file, `The bundler crashed on this module. ${SIMPLER}`);
    case "late":
      return ofWholeModule(
        file,
        `Bundling this module took longer than ${fixedLimits.bundleTimeMs / 1000} s. ${SIMPLER}`,
      );
    case "too large":
      return ofWholeModule(
        file,
        `Bundling this module needed more than ${fixedLimits.bundlerMebibytes} MiB of memory. Shorten it: the text of an \`enum\` member is copied to every use.`,
      );
  }
}

function byPath(a: SourceFile, b: SourceFile): number {
  return a.path < b.path ? -1 : 1;
}

/** The only bundler of this process. */
const bundler = new Bundler();

/** See {@link Bundler.start}. */
export const startBundler = () => bundler.start();
/** See {@link Bundler.bundle}. */
export const bundle: Bundler["bundle"] = (submission, limits) => bundler.bundle(submission, limits);
/** See {@link Bundler.stop}. */
export const stopBundler = () => bundler.stop();
