import type { Attempt } from "../results/attempt.ts";
import type { JudgingOptions, JudgingService } from "../run/judging-service.ts";
import { watchSubmission } from "../run/watch-submission.ts";
import type { Submission } from "../submission/read.ts";
import { printRemark } from "./output.ts";
import { WatchScreen } from "./watch-screen.ts";

/** `check --watch`: shows a verdict after every save, until interrupted. */
export async function watchInTerminal(
  judging: JudgingService,
  submission: Submission,
  { only, shows }: Pick<JudgingOptions, "only" | "shows">,
  remember: (attempt: Attempt) => Promise<unknown>,
): Promise<void> {
  const stop = new AbortController();
  const onInterrupt = () => stop.abort();
  process.once("SIGINT", onInterrupt).once("SIGTERM", onInterrupt);
  // The reader of the verdicts may end first.
  process.stdout.once("error", onInterrupt);
  if (!process.stdout.isTTY) printRemark(`Watching ${submission.file}; Ctrl-C to stop.`);
  const screen = new WatchScreen(process.stdout);
  try {
    let done = 0;
    await watchSubmission(
      judging,
      submission,
      {
        ...(only && { only }),
        shows,
        onCheck(files) {
          done = 0;
          screen.checking(files);
        },
        onCase: (_, caseCount) => screen.status(`Checking … case ${++done} of ${caseCount}`),
        onAttempt(attempt, tookMs, shown) {
          screen.verdict(attempt, tookMs, shown);
          void remember(attempt);
        },
      },
      stop.signal,
    );
  } finally {
    screen.close();
    process.removeListener("SIGINT", onInterrupt).removeListener("SIGTERM", onInterrupt);
  }
}
