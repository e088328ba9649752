import type { Progress } from "../catalog/progress.ts";
import { type Track, trackOf, unfinishedAfter } from "../task/learning-path.ts";
import { namedTrack } from "./list-tasks.ts";

/** The task to start, or none: the track is done. */
export interface NextTask {
  readonly task: string | undefined;
  /** Sentences; undefined if the user named the task. */
  readonly reason: string | undefined;
  /** The track to continue with, if this one is done. */
  readonly nextTrack?: string | undefined;
}

/**
 * The first unsolved task of a track.
 *
 * @param named the track; if empty, the one of the task last worked on, or else the first
 * @throws UserError if there is no such track
 */
export function nextTask(path: readonly Track[], { solvedAt, lastTask }: Progress, named: string): NextTask {
  const solved = new Set(solvedAt.keys());
  const ofLast = trackOf(path, lastTask);
  const track = named === "" ? (ofLast ?? path[0]!) : namedTrack(path, named);
  const next = track.tasks.find(({ name }) => !solved.has(name));
  if (next === undefined) {
    const nextTrack = unfinishedAfter(path, track, solved)?.name;
    const then = nextTrack === undefined ? "No other track has a task left." : `The next track is "${nextTrack}".`;
    const reason = `You have solved ${track.tasks.length === 1 ? "the only task" : `all ${track.tasks.length} tasks`} of "${track.name}". ${then}`;
    return { task: undefined, reason, nextTrack };
  }
  const { name: task, step } = next;
  const level = step === undefined ? "" : ` (level ${step.level})`;
  const what = `The next task is ${task}${level}, the first of "${track.name}" that you have not solved.`;
  if (named !== "") return { task, reason: what };
  if (ofLast === undefined) return { task, reason: `${what} The path begins with this track.` };
  const why = lastTask === task ? "You worked on it last." : `You worked on this track last, on ${lastTask}.`;
  return { task, reason: `${what} ${why}` };
}
