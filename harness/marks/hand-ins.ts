import type { Attempt } from "../results/attempt.ts";
import type { Received } from "../results/mark-facts.ts";
import { printable } from "../text/printable.ts";
import type { MarksInput } from "./marks-input.ts";

/** An attempt with what decides if it counts. */
export interface HandIn {
  readonly attempt: Attempt;
  /** ISO 8601; undefined if it is not known. */
  readonly receivedAt: string | undefined;
  /** The earlier run that judged it; undefined for this one. */
  readonly run: string | undefined;
}

/** The hand-ins of each folder by task, the latest last. Of several attempts of a run at a task, the last one is used. */
export function handInsByFolder({ attempts, received, earlier = [], assignment, groups }: MarksInput) {
  const folders = new Map<string, Map<string, HandIn[]>>();
  const add = (own: readonly Attempt[], times: readonly Received[], run: string | undefined) => {
    const last = new Map(own.map((attempt) => [JSON.stringify([attempt.candidate, attempt.task]), attempt]));
    for (const attempt of last.values()) {
      const tasks = folders.get(attempt.candidate) ?? new Map<string, HandIn[]>();
      folders.set(attempt.candidate, tasks);
      const handIn = { attempt, receivedAt: receivedAt(attempt, times), run };
      tasks.set(attempt.task, [...(tasks.get(attempt.task) ?? []), handIn]);
    }
  };
  const present = new Set(attempts.map(({ candidate }) => candidate));
  for (const { attempts: before, received: times = [], run } of assignment.attempts === "best" ? earlier : []) {
    const comparable = before.filter(({ candidate, task }) => present.has(candidate) && groups.has(task));
    add(comparable, times, run);
  }
  add(attempts, received ?? [], undefined);
  return folders;
}

/** The last time at which a candidate submitted a task, or anything; undefined if it is not known. */
function receivedAt({ candidate, task }: Attempt, times: readonly Received[]): string | undefined {
  const own = times.filter((one) => one.candidate === candidate);
  const ofTask = own.filter((one) => one.task === task);
  const counted = ofTask.length > 0 ? ofTask : own.filter((one) => one.task === undefined);
  return counted
    .map(({ at }) => at)
    .sort((a, b) => Date.parse(a) - Date.parse(b))
    .at(-1);
}

const NAMES_SHOWN = 12;

/** A warning about submissions that nobody can call late, since their times are unknown; empty if there are none. */
export function unknownTimes({ assignment, attempts, received = [] }: MarksInput): string[] {
  if (assignment.late === undefined) return [];
  const unknown = attempts.filter(
    (attempt) =>
      attempt.verdict !== "missing" &&
      Object.hasOwn(assignment.tasks, attempt.task) &&
      receivedAt(attempt, received) === undefined,
  );
  const names = [...new Set(unknown.map(({ candidate }) => candidate))].sort();
  if (names.length === 0) return [];
  const shown = names.slice(0, NAMES_SHOWN).map((name) => `\`${printable(name)}\``);
  const more = names.length > shown.length ? ` and ${names.length - shown.length} more` : "";
  return [
    `The hand-in time is unknown for ${shown.join(", ")}${more}: counted as on time. Give the times with --received.`,
  ];
}
