import type { Marks } from "../marks/marks.ts";
import type { Results } from "../results/results.ts";
import type { PathProblem } from "./one-candidate.ts";

/** The outcome of a pull request, from which all reports on it are made. */
export type PullRequestOutcome =
  | {
      readonly state: "refused";
      readonly problems: readonly PathProblem[];
      /** The clone lacks history, so others' changes can look like the pull request's. */
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
      /** Warnings about probable but harmless mistakes, as sentences. */
      readonly remarks: readonly string[];
      /** Tasks whose submission is unchanged. */
      readonly unchanged: readonly string[];
      /** The signal that ended it, usually before all submissions were judged. */
      readonly stoppedBy: NodeJS.Signals | undefined;
    };

/** Whether all changed submissions were accepted. */
export function isAccepted(outcome: PullRequestOutcome): boolean {
  return (
    outcome.state === "graded" &&
    outcome.problems.length === 0 &&
    outcome.results.attempts.every(({ verdict }) => verdict === "accepted")
  );
}

/** A one-sentence summary. */
export function outcomeSentence(outcome: PullRequestOutcome): string {
  if (outcome.state === "refused") return "The pull request is refused; nothing was graded.";
  const { attempts } = outcome.results;
  const total = attempts.length + outcome.problems.length;
  const accepted = attempts.filter(({ verdict }) => verdict === "accepted").length;
  const noun = total === 1 ? "submission" : "submissions";
  if (accepted === total) return total === 1 ? "The submission is accepted." : `All ${total} submissions are accepted.`;
  return `${accepted === 0 ? "None" : accepted} of ${total} changed ${noun} ${accepted === 1 ? "is" : "are"} accepted.`;
}
