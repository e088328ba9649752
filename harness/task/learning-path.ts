import { type LearningStep, type Task, TRACKS } from "./task.ts";

type Spec = Task["spec"];

/** Tasks to work through in order. */
export interface Track {
  readonly name: string;
  /** By level, then by name. */
  readonly tasks: readonly Spec[];
}

/** The last part of a path: tasks that name no track, as an instructor's may. */
export const NO_TRACK = "other tasks";

/** The tracks that have tasks, in order. */
export function learningPath(specs: readonly Spec[]): Track[] {
  const trackOf = ({ step }: Spec) => (step !== undefined && TRACKS.includes(step.track) ? step.track : NO_TRACK);
  return [...TRACKS, NO_TRACK]
    .map((name) => ({ name, tasks: specs.filter((spec) => trackOf(spec) === name).sort(byLevel) }))
    .filter(({ tasks }) => tasks.length > 0);
}

function byLevel(one: Spec, other: Spec): number {
  return (one.step?.level ?? 0) - (other.step?.level ?? 0) || (one.name < other.name ? -1 : 1);
}

export function trackOf(path: readonly Track[], task: string | undefined): Track | undefined {
  return path.find(({ tasks }) => tasks.some(({ name }) => name === task));
}

/** A task's step, and the task to do after it: the next one of its track, or the first of the next track. */
export interface PlaceInPath {
  readonly step: LearningStep | undefined;
  readonly next: Spec | undefined;
}

export function placeInPath(path: readonly Track[], task: string): PlaceInPath {
  const order = path.filter(({ name }) => name !== NO_TRACK).flatMap(({ tasks }) => tasks);
  const index = order.findIndex(({ name }) => name === task);
  return { step: order[index]?.step, next: index < 0 ? undefined : order[index + 1] };
}

/** The first track after another, from the beginning again, that has a task left. */
export function unfinishedAfter(path: readonly Track[], track: Track, solved: ReadonlySet<string>): Track | undefined {
  const index = path.indexOf(track);
  return [...path.slice(index + 1), ...path.slice(0, index)].find(({ tasks }) =>
    tasks.some(({ name }) => !solved.has(name)),
  );
}

/** The track of this name, or the only one whose name has all words of the text: `attention`. */
export function findTrack(path: readonly Track[], text: string): Track | undefined {
  const exact = path.find(({ name }) => name === text.trim().toLowerCase());
  const named = path.filter(({ name }) => hasWords(name, text));
  return exact ?? (named.length === 1 ? named[0] : undefined);
}

/**
 * The tasks about a topic: those of the track of this name, or those whose words begin with the topic's. Spellings with
 * "z" and plurals do not matter.
 */
export function tasksAbout(path: readonly Track[], topic: string): Spec[] {
  const all = path.flatMap(({ tasks }) => tasks);
  const track = path.find(({ name }) => wordsOf(name).join(" ") === wordsOf(topic).join(" "));
  return all.filter((spec) => track?.tasks.includes(spec) || hasWords(textOf(spec), topic));
}

/** Words to suggest for a topic that no task is about. */
export function topicsOf(path: readonly Track[]): string[] {
  const texts = path.flatMap(({ tasks }) => tasks.map(textOf));
  const words =
    texts
      .join(" ")
      .toLowerCase()
      .match(/\p{L}[\p{L}\d-]{3,}/gu) ?? [];
  return [...new Set([...path.map(({ name }) => name), ...words])];
}

function textOf({ name, family, title, step }: Spec): string {
  return [name, family, title, step?.track ?? "", step?.teaches ?? ""].join(" ");
}

/** Whether each word of the topic begins a word of the text; a single letter, as in "k-means", must be one. */
export function hasWords(text: string, topic: string): boolean {
  const words = wordsOf(text);
  const asked = wordsOf(topic);
  const isMet = (one: string) => words.some((word) => word === one || (one.length > 1 && word.startsWith(one)));
  return asked.length > 0 && asked.every(isMet);
}

/** In lower case, with British endings and without the plural's. */
function wordsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\d]+/gu) ?? [];
  return words.map((word) => word.replace(/i[sz](e|a|i)/g, "is$1").replace(/(?<=\w{2}[^su])s$/, ""));
}
