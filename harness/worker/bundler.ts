import { join } from "node:path";
import { packageRoot } from "../files/package-root.ts";
import { type Built, type BundleResult, ofWholeModule } from "../submission/bundle.ts";
import type { Submission } from "../submission/read.ts";
import { hashFiles, type SourceFile, type SourceLimits } from "../submission/source-folder.ts";
import { defaultLimits, fixedLimits, timeLimits } from "../task/limits.ts";
import { type RequestOutcome, SupervisedProcess } from "./supervised-process.ts";

/** What the bundler's process is asked. */
export interface BundleJob {
  readonly folder: string;
  /** The module, relative to the folder. */
  readonly file: string;
  readonly limits: SourceLimits;
}

export type FromBundler =
  /** Sent once. A process that ends before did not end because of a module. */
  | { readonly type: "ready" }
  /** A file was looked for; its text is null where none could be read. */
  | { readonly type: "read"; readonly path: string; readonly text: string | null }
  | { readonly type: "built"; readonly built: Built };

/** How a try to bundle a module ended. */
type Ending =
  | { readonly kind: "built"; readonly built: Built }
  | { readonly kind: "late" | "too large" | "died" }
  | { readonly kind: "never started"; readonly lastWords: string };

interface Tried {
  readonly ending: Ending;
  readonly read: ReadonlyMap<string, string | null>;
}

/** How often a module is given to a fresh process when the process ends under it. */
const TRIES = 2;

/**
 * Turns submissions into scripts, in a process that it can do without: modules are other people's texts, and a parser
 * may hang or grow over one. That process serves many submissions, one at a time, so that it is known whose module is
 * to blame when it has to be ended.
 */
export class Bundler {
  #child: SupervisedProcess<BundleJob, FromBundler> | undefined;
  #isReady = false;
  #last: Promise<unknown> = Promise.resolve();
  #isStopping = false;

  /** Starts the process, before it is needed. */
  start(): void {
    if (this.#child?.hasEnded === false) return;
    this.#isReady = false;
    const script = join(packageRoot(), "dist", "harness", "worker", "bundler-main.js");
    // The folders are not known yet, and links are refused where files are opened (`source-folder.ts`).
    const access = { reads: ["*"], startsProcesses: true };
    this.#child = new SupervisedProcess(script, { environment: {}, kind: "software" }, access);
    this.#child.listen((message) => {
      this.#isReady ||= message.type === "ready";
    });
  }

  /**
   * Turns a submission into one script, without running any of it.
   *
   * @throws if the process cannot be started, or is stopped meanwhile; never for what a candidate did
   */
  bundle(submission: Submission, limits: SourceLimits = defaultLimits): Promise<BundleResult> {
    const result = this.#last.then(() => this.#bundleAlone(submission, limits));
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Ends the process, whatever it does. A later {@link bundle} starts another. */
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
      // Somebody else may have ended the process: only a module under which it ends twice is to blame.
      if (ending.kind === "died" && trial < TRIES) continue;
      if (ending.kind === "never started") {
        if (trial < TRIES) continue;
        throw new Error(`the bundler's process did not start: ${ending.lastWords.trim() || "it said nothing"}`);
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
      return ofWholeModule(file, `The bundler broke down on this module. ${SIMPLER}`);
    case "late":
      return ofWholeModule(
        file,
        `Bundling this module took longer than ${fixedLimits.bundleTimeMs / 1000} s. ${SIMPLER}`,
      );
    case "too large":
      return ofWholeModule(
        file,
        `Bundling this module took more than ${fixedLimits.bundlerMebibytes} MiB of memory. Make it shorter: the text of an \`enum\`'s member is copied to every use.`,
      );
  }
}

function byPath(a: SourceFile, b: SourceFile): number {
  return a.path < b.path ? -1 : 1;
}

/** All that is bundled in this process goes through one. */
const bundler = new Bundler();

/** See {@link Bundler.start}. */
export const startBundler = () => bundler.start();
/** See {@link Bundler.bundle}. */
export const bundle: Bundler["bundle"] = (submission, limits) => bundler.bundle(submission, limits);
/** See {@link Bundler.stop}. */
export const stopBundler = () => bundler.stop();
