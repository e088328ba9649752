import type { PlaceInPath } from "../../task/learning-path.ts";
import { capital } from "../../text/capital.ts";
import { wrap } from "../../text/wrap.ts";

/** A task's place in the learning path, for its page; nothing if it has none. */
export function stepLines({ step, next }: PlaceInPath, width: number): string[] {
  if (step === undefined) return [];
  const { track, level, teaches, questions } = step;
  const numbers = new Intl.ListFormat("en-GB").format(questions.map(String));
  const asked = questions.length === 0 ? "" : `Interview question${questions.length > 1 ? "s" : ""} ${numbers}. `;
  const otherTrack = next?.step?.track === track ? "" : `${next?.step?.track}, `;
  const after =
    next === undefined
      ? "This is the last task of the path."
      : `Followed by ${next.name} (${otherTrack}level ${next.step?.level}).`;
  return [wrap(`${capital(track)}, level ${level}. Teaches ${teaches}.`, width), wrap(`${asked}${after}`, width)];
}
