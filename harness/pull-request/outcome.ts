import type { Marks } from "../marks/marks.ts";
import type { Results } from "../results/results.ts";
import type { PathProblem } from "./one-candidate.ts";

/** What has become of a pull request: what every report on it is made from. */
export type PullRequestOutcome =
  | {
      readonly state: "refused";
      readonly problems: readonly PathProblem[];
      /** The clone lacks history, which can make others' changes look like the pull request's. */
      readonly isShallow: boolean;
    }
  | {
      readonly state: "graded";
      /** The folder of the candidates' folders, from the root of the repository. */
      readonly submissions: string;
      readonly candidate: string;
      readonly results: Results;
      readonly marks: Marks;
      /** Modules that were not graded. */
      readonly problems: readonly PathProblem[];
      /** Sentences on what is probably a mistake but harms nothing. */
      readonly remarks: readonly string[];
      /** Tasks whose submission is what it was. */
      readonly unchanged: readonly string[];
      /** The signal that ended it, mostly before all was judged. */
      readonly stoppedBy: NodeJS.Signals | undefined;
    };

/** Whether everything that the pull request changes was accepted. */
export function isAccepted(outcome: PullRequestOutcome): boolean {
  return (
    outcome.state === "graded" &&
    outcome.problems.length === 0 &&
    outcome.results.attempts.every(({ verdict }) => verdict === "accepted")
  );
}

/** One sentence on all of it. */
export function outcomeSentence(outcome: PullRequestOutcome): string {
  if (outcome.state === "refused") return "The pull request is refused, and nothing was graded.";
  const { attempts } = outcome.results;
  const total = attempts.length + outcome.problems.length;
  const accepted = attempts.filter(({ verdict }) => verdict === "accepted").length;
  const noun = total === 1 ? "submission" : "submissions";
  if (accepted === total) return total === 1 ? "The submission is accepted." : `All ${total} submissions are accepted.`;
  return `${accepted === 0 ? "None" : accepted} of ${total} changed ${noun} ${accepted === 1 ? "is" : "are"} accepted.`;
}
