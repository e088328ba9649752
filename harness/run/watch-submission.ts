import type { BundleResult } from "../plan/bundle.ts";
import type { Attempt } from "../results/attempt.ts";
import type { Shown } from "../results/case-numbers.ts";
import { FileWatch } from "../submission/file-watch.ts";
import type { Submission } from "../submission/read.ts";
import { bundle } from "../worker/bundler.ts";
import type { JudgingOptions, JudgingProgress, JudgingService } from "./judging-service.ts";

/** Called while a submission is watched. */
export interface WatchProgress extends JudgingProgress, Pick<JudgingOptions, "only" | "shows"> {
  /** A check starts; a previous check still in progress is cancelled. */
  onCheck(files: readonly string[]): void;
  /**
   * @param tookMs time since the save was noticed
   * @param shown what `shows` asks for
   */
  onAttempt(attempt: Attempt, tookMs: number, shown: Shown | undefined): void;
}

/** Judges a submission, and again after every save, until the signal aborts. */
export async function watchSubmission(
  judging: JudgingService,
  submission: Submission,
  progress: WatchProgress,
  signal: AbortSignal,
): Promise<void> {
  const failed = new AbortController();
  const watch = new FileWatch(submission.folder, AbortSignal.any([signal, failed.signal]));
  const aborted = new Promise<undefined>((resolve) => {
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  let checked: string | undefined;
  let check: Check | undefined;
  // Watched before it is read, so that no save in between is missed.
  await watch.add([submission.file]);
  do {
    const startMs = performance.now();
    const bundled = await Promise.race([bundleWatched(submission, watch), aborted]);
    if (bundled === undefined) break;
    const content = contentOf(bundled);
    if (content === checked) continue;
    checked = content;
    await check?.cancel();
    progress.onCheck(bundled.files.map(({ path }) => path));
    check = new Check(judging, submission, bundled, progress, startMs);
    check.done.catch(() => failed.abort());
  } while (await watch.change());
  await check?.cancel();
}

/** Bundles, and watches all files reached; if any is new, bundles again in case it was saved in between. */
async function bundleWatched(submission: Submission, watch: FileWatch): Promise<BundleResult> {
  for (;;) {
    const bundled = await bundle(submission);
    if (!(await watch.add(bundled.sought))) return bundled;
  }
}

/** A key of the content: the same content is not judged again. */
function contentOf(bundled: BundleResult): string {
  return bundled.ok ? bundled.hash : JSON.stringify([bundled.hash, bundled.problems]);
}

/** A check in progress. */
class Check {
  /** Rejects on an internal error. */
  readonly done: Promise<void>;
  readonly #abort = new AbortController();

  constructor(
    judging: JudgingService,
    submission: Submission,
    bundled: BundleResult,
    { only, shows, onCase, onAttempt }: WatchProgress,
    startMs: number,
  ) {
    const { signal } = this.#abort;
    let shown: Shown | undefined;
    this.done = judging
      .judge(submission, {
        bundled,
        signal,
        ...(only && { only }),
        shows,
        onCase(result, caseCount) {
          if (!signal.aborted) onCase?.(result, caseCount);
        },
        onShown(found) {
          shown = found;
        },
      })
      .then(
        (attempt) => onAttempt(attempt, performance.now() - startMs, shown),
        (error) => {
          if (!signal.aborted) throw error;
        },
      );
  }

  async cancel(): Promise<void> {
    this.#abort.abort();
    await this.done;
  }
}
