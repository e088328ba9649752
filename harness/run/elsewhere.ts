import type { Attempt } from "../results/attempt.ts";
import type { Results } from "../results/results.ts";
import type { Submission } from "../submission/read.ts";
import type { JudgingLimits } from "../task/limits.ts";
import type { AttemptCache } from "./attempt-cache.ts";
import type { JudgingProgress, JudgingService } from "./judging-service.ts";
import type { MeasuringService } from "./measuring-service.ts";

/** Judges a run's submissions: in processes of this one, or on other machines. */
export interface CohortJudge extends Pick<JudgingService, "findUnchanged" | "prepare" | "requireReferences"> {
  /** Returns undefined if the submission was withdrawn, since the run is being stopped. */
  judge(submission: Submission, progress: JudgingProgress): Promise<Attempt | undefined>;
}

/** Other machines, while they work for a run. */
export interface OpenElsewhere extends CohortJudge, Pick<MeasuringService, "measure"> {
  close(): Promise<void>;
}

/** What other machines need to know about a run. */
export interface SharedRun {
  readonly run: Pick<Results, "run" | "seed" | "startedAt" | "adapter">;
  readonly limits: JudgingLimits;
  readonly isIsolated: boolean;
  /** Earlier verdicts under the same conditions. */
  readonly reuse: AttemptCache | undefined;
  /** Aborts to withdraw what is not in progress, and to await the rest. */
  readonly signal: AbortSignal;
}

/** A way to have a run's submissions judged and measured on other machines. */
export interface Elsewhere {
  /** The number of submissions in progress at the same time. */
  readonly jobs: number;
  /** @throws UserError if another process serves the same run */
  open(run: SharedRun): Promise<OpenElsewhere>;
}
