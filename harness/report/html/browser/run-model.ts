import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { AttemptHead, CandidateHead, Chunk, IndexHead } from "../index-data.ts";
import { unpack } from "./unpack.ts";

/** The head of the page's data, with lookups. */
export interface RunModel extends IndexHead {
  /** The attempt of a candidate at a task, by place. */
  attempt(candidate: number, task: number): AttemptHead | undefined;
  ofCandidate(candidate: number): readonly AttemptHead[];
  ofTask(task: number): readonly AttemptHead[];
  /** Unpacked once, when the first of its attempts is opened. */
  chunk(number: number): Promise<Chunk>;
}

export function makeModel(head: IndexHead): RunModel {
  const byCandidate = head.candidates.map((): (AttemptHead | undefined)[] => []);
  const byTask = head.tasks.map((): AttemptHead[] => []);
  for (const attempt of head.attempts) {
    byCandidate[attempt.candidate]![attempt.task] = attempt;
    byTask[attempt.task]!.push(attempt);
  }
  const chunks = new Map<number, Promise<Chunk>>();
  return {
    ...head,
    attempt: (candidate, task) => byCandidate[candidate]?.[task],
    ofCandidate: (candidate) => byCandidate[candidate]!.filter((attempt) => attempt !== undefined),
    ofTask: (task) => byTask[task]!,
    chunk(number) {
      const chunk = chunks.get(number) ?? loadChunk(number);
      chunks.set(number, chunk);
      return chunk;
    },
  };
}

async function loadChunk(number: number): Promise<Chunk> {
  const chunk = await unpack<Chunk>(`chunk-${number}`);
  if (chunk === undefined)
    throw new Error("Part of the data of this page is missing. Write it again: kernelmark report <run>");
  return chunk;
}

/** The person's name; without a roster, their folder's. */
export function shownName({ person, name }: Pick<CandidateHead, "person" | "name">): string {
  return person === "" ? name : person;
}

export const RunContext = createContext<RunModel | null>(null);

export function useRun(): RunModel {
  return useContext(RunContext)!;
}
