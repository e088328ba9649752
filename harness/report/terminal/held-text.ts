import type { Marks } from "../../marks/marks.ts";
import { isHeld } from "../../marks/task-mark.ts";
import type { Attempt } from "../../results/attempt.ts";
import { isInternalError } from "../../results/measurement.ts";
import { printable } from "../../text/printable.ts";

/** The fields of an attempt that decide whether it is held. */
type Held = Pick<Attempt, "candidate" | "task" | "verdict"> & Partial<Pick<Attempt, "measurement">>;

const NAMES_SHOWN = 12;
const TRY_AGAIN = "Run `kernelmark doctor`, then judge them again with --resume.";

/**
 * Explains to an instructor how to handle submissions that could not be judged. If all fail alike, the cause is not in them.
 *
 * @param attempts one for each candidate and task
 * @param marks those that a person has marked by hand are not named
 */
export function heldSentences(attempts: readonly Held[], marks?: Marks): string[] {
  const judged = attempts.filter(({ verdict }) => verdict !== "missing");
  if (allFailed(judged)) {
    return [`Kernelmark failed on every submission: the cause is this machine, not the submissions. ${TRY_AGAIN}`];
  }
  const tasks = [...new Set(judged.map(({ task }) => task))];
  const broken = tasks.filter((name) => allFailed(judged.filter(({ task }) => task === name)));
  const sentences = broken.map(
    (task) =>
      `Kernelmark failed on every submission for ${printable(task)}: the cause is the task or this machine, not the submissions. ${TRY_AGAIN}`,
  );
  const markOf = new Map(marks?.candidates.map(({ candidate, tasks: own }) => [candidate, own]));
  const isOpen = ({ candidate, task }: Held) => (markOf.get(candidate)?.[task]?.points ?? null) === null;
  const held = judged.filter((attempt) => isHeld(attempt) && isOpen(attempt) && !broken.includes(attempt.task));
  if (held.length > 0) {
    sentences.push(
      `Held for manual review: ${names(held, ({ verdict }) => ` (${verdict})`)}. They have no marks yet, but their points count in the maximum: review each and mark it by hand. For harness-error, judge again with --resume; for unsupported, grade on an adapter that has the required features.`,
    );
  }
  const unmeasured = judged.filter((attempt) => isInternalError(attempt.measurement) && isOpen(attempt));
  if (unmeasured.length > 0) {
    sentences.push(
      `Kernelmark failed to measure ${names(unmeasured)}. If speed counts, they are held for manual review, and their points count in the maximum. Run \`kernelmark doctor\`, then measure them again with --resume.`,
    );
  }
  return sentences;
}

function names(attempts: readonly Held[], more: (attempt: Held) => string = () => ""): string {
  const shown = attempts
    .slice(0, NAMES_SHOWN)
    .map((attempt) => `${printable(attempt.candidate)}'s ${printable(attempt.task)}${more(attempt)}`);
  const rest = attempts.length - shown.length;
  return `${shown.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

/** A single failure may be the submission's own. */
function allFailed(attempts: readonly Held[]): boolean {
  return attempts.length > 1 && attempts.every(({ verdict }) => verdict === "harness-error");
}
