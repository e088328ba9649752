import { hasWords } from "../../task/learning-path.ts";
import type { Catalogue, CatalogueTask, CatalogueTrack } from "../site-data.ts";

/** What the start page shows; empty texts choose all tasks. */
export interface TaskFilter {
  readonly level: string;
  /** A track's name. */
  readonly topic: string;
  readonly family: string;
  /** The number of an interview question. */
  readonly question: string;
  /** Words, or their beginnings. */
  readonly search: string;
}

export const NO_FILTER: TaskFilter = { level: "", topic: "", family: "", question: "", search: "" };

/** The tracks with the tasks that the filter chooses; without tracks that have none. */
export function filteredTracks({ tracks }: Catalogue, filter: TaskFilter): CatalogueTrack[] {
  return tracks
    .map((track) => ({ ...track, tasks: track.tasks.filter((task) => isChosen(task, track.name, filter)) }))
    .filter(({ tasks }) => tasks.length > 0);
}

function isChosen(task: CatalogueTask, track: string, { level, topic, family, question, search }: TaskFilter): boolean {
  return (
    (level === "" || String(task.level) === level) &&
    (topic === "" || track === topic) &&
    (family === "" || task.family === family) &&
    (question === "" || task.questions.includes(Number(question))) &&
    (search.trim() === "" || hasWords([task.name, task.family, task.title, track, task.teaches].join(" "), search))
  );
}

/** As the query of an address: `level=2&search=soft`. */
export function formatFilter(filter: TaskFilter): string {
  const entries = Object.entries(filter).filter(([, value]) => value !== "");
  return new URLSearchParams(entries).toString();
}

export function parseFilter(query: string): TaskFilter {
  const values = new URLSearchParams(query);
  const entries = Object.keys(NO_FILTER).map((name) => [name, values.get(name) ?? ""]);
  return Object.fromEntries(entries) as TaskFilter;
}
