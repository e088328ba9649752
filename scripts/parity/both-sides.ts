import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { findAdapter } from "../../harness/adapter/adapter.ts";
import { taskFolder } from "../../harness/catalog/load.ts";
import type { SourceFile } from "../../harness/plan/source-files.ts";
import type { JudgingService } from "../../harness/run/judging-service.ts";
import { withJudging } from "../../harness/run/with-judging.ts";
import { readSingle } from "../../harness/submission/read.ts";
import type { Entry } from "../../harness/testing/corpus/entry.ts";
import { submittedFiles } from "../../harness/testing/corpus/submission.ts";
import { SiteRunner } from "../../harness/testing/site-runner.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";

/** One submission, judged by `kernelmark check`'s service and by the page's worker in Chromium. */
export interface Compared {
  readonly corpus: string;
  readonly name: string;
  readonly task: string;
  readonly node: Outcome;
  readonly browser: Outcome;
  /** Whether the terminal gives a verdict that the corpus requires. */
  readonly isExpected: boolean;
}

/** Judges entries on both sides with one seed, one after the other. */
export async function compareSides(
  entries: readonly Entry[],
  seed: string,
  onCompared: (compared: Compared) => void,
): Promise<void> {
  const adapter = await findAdapter();
  const browser = new BrowserSide(seed);
  try {
    await withJudging({ adapter, seed, isIsolated: false, nextWorker: "on-demand" }, async (judging) => {
      for (const one of entries) {
        const files = await filesOf(one);
        const [inNode, inBrowser] = [await judgeInNode(judging, one, files), await browser.judge(one, files)];
        const { corpus, name, task } = one;
        const isExpected = isRequired(one, inNode.verdict);
        onCompared({ corpus, name, task, node: inNode, browser: inBrowser, isExpected });
      }
    });
  } finally {
    await browser.close();
  }
}

/** What pays only while it is timed may be accepted: here nothing is measured. */
function isRequired({ expect, timed }: Entry, verdict: Outcome["verdict"]): boolean {
  return (expect as readonly string[]).includes(verdict) || (timed && verdict === "accepted");
}

/** The page has one name for a module, whatever its language. */
async function filesOf(entry: Entry): Promise<SourceFile[]> {
  const files = Object.entries(await submittedFiles(entry));
  return files.map(([path, text]) => ({ path: path === `${entry.task}.js` ? `${entry.task}.ts` : path, text }));
}

async function judgeInNode(judging: JudgingService, { task }: Entry, files: readonly SourceFile[]): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "kernelmark-parity-"));
  try {
    for (const { path, text } of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return outcomeOf(await judging.judge(await readSingle(join(folder, `${task}.ts`), task)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The page's side, in a fresh browser after each kernel that hung. */
class BrowserSide {
  readonly #seed: string;
  #runner: SiteRunner | undefined;
  #patience = 1;

  constructor(seed: string) {
    this.#seed = seed;
  }

  async judge({ task, expect }: Entry, files: readonly SourceFile[]): Promise<Outcome> {
    // A page's limits count wall time, but the machine may be busy.
    const patience = expect.includes("time-limit") ? 1 : 6;
    if (this.#patience !== patience) await this.close();
    this.#patience = patience;
    this.#runner ??= await SiteRunner.open(patience);
    const family = basename(dirname(taskFolder(task)));
    const { attempt } = await this.#runner.check({ task, family, files, seed: this.#seed });
    const mayHang = ["time-limit", "device-lost", "harness-error"].includes(attempt.verdict);
    if (mayHang) await this.close();
    return outcomeOf(attempt);
  }

  async close(): Promise<void> {
    await this.#runner?.close();
    this.#runner = undefined;
  }
}
