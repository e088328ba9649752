import type { Judged } from "../../judge/judged-submission.ts";
import type { SourceFile } from "../../plan/source-files.ts";
import type { Attempt } from "../../results/attempt.ts";

interface Circumstances extends Pick<Attempt, "task" | "hash" | "caseCount" | "startedAt"> {
  readonly files: readonly SourceFile[];
  /** As `performance.now()` tells it. */
  readonly startMs: number;
  readonly bundleMs: number;
}

/** The attempt that a check on the site ends with. */
export function siteAttempt(
  { timings, ...judged }: Judged,
  { files, startMs, bundleMs, ...known }: Circumstances,
): Attempt {
  return {
    ...{ schema: 1, candidate: "me", file: `${known.task}.ts` },
    ...known,
    files: files.map(({ path, text }) => ({ name: path, text })),
    ...judged,
    durationMs: performance.now() - startMs,
    timings: { ...timings, bundleMs },
    measurement: null,
  };
}
