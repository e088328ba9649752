import { isHeld } from "../../marks/marks.ts";
import type { Attempt } from "../../results/attempt.ts";
import { isInternalError } from "../../results/measurement.ts";
import { printable } from "../../text/printable.ts";

/** What of an attempt says whether and why it is held. */
type Held = Pick<Attempt, "candidate" | "task" | "verdict"> & Partial<Pick<Attempt, "measurement">>;

const NAMES_SHOWN = 12;
const TRY_AGAIN = "Run `kernelmark doctor`, and judge them again with --resume.";

/**
 * What an instructor has to do about submissions that could not be judged. Where all fail alike, they are not to blame.
 *
 * @param attempts one for each candidate and task
 */
export function heldSentences(attempts: readonly Held[]): string[] {
  const judged = attempts.filter(({ verdict }) => verdict !== "missing");
  if (allFailed(judged)) {
    return [`Kernelmark failed on every submission: this machine is at fault, not the submissions. ${TRY_AGAIN}`];
  }
  const tasks = [...new Set(judged.map(({ task }) => task))];
  const broken = tasks.filter((name) => allFailed(judged.filter(({ task }) => task === name)));
  const sentences = broken.map(
    (task) =>
      `Kernelmark failed on every submission for ${printable(task)}: the task or this machine is at fault, not the submissions. ${TRY_AGAIN}`,
  );
  const held = judged.filter((attempt) => isHeld(attempt) && !broken.includes(attempt.task));
  if (held.length > 0) {
    sentences.push(
      `Held for a person: ${names(held, ({ verdict }) => ` (${verdict})`)}. They are not marked, and their points stay in the maximum: look at each, and mark it by hand. --resume judges harness-error again; for unsupported, grade on an adapter that has what the plan requires.`,
    );
  }
  const unmeasured = judged.filter(({ measurement }) => isInternalError(measurement));
  if (unmeasured.length > 0) {
    sentences.push(
      `Kernelmark failed to measure ${names(unmeasured)}. If speed counts, they are held for a person, and their points stay in the maximum. Run \`kernelmark doctor\`, and measure them again with --resume.`,
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

/** One alone may be to blame itself. */
function allFailed(attempts: readonly Held[]): boolean {
  return attempts.length > 1 && attempts.every(({ verdict }) => verdict === "harness-error");
}
