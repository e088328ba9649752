import type { Marks } from "../../marks/marks.ts";
import { mostSpeedPoints } from "../../marks/task-mark.ts";
import type { Attempt } from "../../results/attempt.ts";
import type { Results } from "../../results/results.ts";
import type { SimilarGroup, SimilarWork } from "../../similarity/similar-work.ts";
import { builtInSourceText } from "../built-in-text.ts";
import { needsPerson } from "../needs-person.ts";
import { rankByPoints } from "../ranks.ts";
import type { MarkedRun } from "../report.ts";
import { caseHead, speedHead } from "./attempt-detail.ts";
import { ChunkWriter } from "./chunk-writer.ts";
import type {
  AttemptHead,
  BuiltInHead,
  CandidateHead,
  CaseHead,
  Chunk,
  IndexHead,
  RunFacts,
  SimilarGroupHead,
  TaskHead,
} from "./index-data.ts";
import { groupMistakes } from "./mistake-groups.ts";
import { rounded } from "./rounded.ts";

export interface IndexData {
  readonly head: IndexHead;
  /** Elements of the page, each a {@link Chunk} in packed form. */
  readonly chunks: readonly string[];
}

/** Converts a run to its page's data: all evidence of the marks, except the single samples. */
export function makeIndexData(
  { results, marks, codes }: Pick<MarkedRun, "results" | "marks" | "codes">,
  work: SimilarWork,
): IndexData {
  const taskNames = Object.keys(results.assignment.tasks);
  const tasks = taskNames.map((name) => taskHead(name, results, marks.possible[name]!));
  const candidates = candidateHeads(marks, results.roster, codes);
  const candidatePlaces = new Map(candidates.map(({ name }, place) => [name, place]));
  const marksOf = new Map(marks.candidates.map((own) => [own.candidate, own]));
  // Similar kernels are named by folder: a team's stands for its first member.
  const folderPlaces = new Map(
    marks.candidates.toReversed().map(({ candidate, folder }) => [folder, candidatePlaces.get(candidate)!]),
  );
  const inOrder = inChunkOrder(lastAttempts(results.attempts), taskNames);
  const mistakes = groupMistakes(inOrder);
  const attempts: AttemptHead[] = [];
  const chunks = new ChunkWriter();
  for (const attempt of inOrder) {
    const task = taskNames.indexOf(attempt.task);
    const candidate = candidatePlaces.get(attempt.candidate);
    const mark = marksOf.get(attempt.candidate)?.tasks[attempt.task];
    if (candidate === undefined || mark === undefined) continue;
    attempts.push({
      candidate,
      task,
      verdict: attempt.verdict,
      points: mark.points,
      max: mark.max,
      correctnessPoints: mark.correctnessPoints,
      speedPoints: mark.speedPoints,
      remark: mark.remark,
      mistake: mistakes.placeOf(attempt),
      speed: speedHead(attempt.measurement),
      ...chunks.add(attempt),
    });
  }
  attempts.sort((a, b) => a.candidate - b.candidate || a.task - b.task);
  const { groups, omittedGroups, omittedPairs } = work;
  const similar = {
    groups: groups.flatMap((one) => similarGroupHead(one, taskNames, folderPlaces)),
    omittedGroups,
    omittedPairs,
    builtInCode: builtInHeads(results, taskNames, folderPlaces),
  };
  const needs = needsPerson({ results, marks }, work);
  const { notTaken } = results;
  const head = {
    run: runFacts(results, marks),
    needs,
    notTaken,
    tasks,
    max: marks.max,
    candidates,
    attempts,
    mistakes: mistakes.groups,
    similar,
  };
  return { head, chunks: chunks.finish() };
}

/** If there are several attempts at a task, the last one counts, as for marks. */
function lastAttempts(attempts: readonly Attempt[]): Attempt[] {
  return [...new Map(attempts.map((attempt) => [JSON.stringify([attempt.candidate, attempt.task]), attempt])).values()];
}

/** Sources of the same length are probably similar: adjacent, they compress well. */
function inChunkOrder(attempts: readonly Attempt[], tasks: readonly string[]): Attempt[] {
  return attempts
    .filter(({ task }) => tasks.includes(task))
    .map((attempt) => ({
      attempt,
      place: tasks.indexOf(attempt.task),
      length: attempt.files.reduce((sum, { text }) => sum + text.length, 0),
    }))
    .sort((a, b) => a.place - b.place || a.length - b.length)
    .map(({ attempt }) => attempt);
}

function taskHead(name: string, { assignment, attempts }: Results, possible: number): TaskHead {
  const worth = assignment.tasks[name]!;
  const cases = new Map<number, CaseHead>();
  for (const attempt of attempts) {
    if (attempt.task !== name) continue;
    for (const one of attempt.cases) if (!cases.has(one.index)) cases.set(one.index, caseHead(one));
  }
  const inOrder = [...cases.values()].sort((a, b) => a.index - b.index);
  const speedPoints = rounded(mostSpeedPoints(worth), 6) ?? 0;
  return {
    name,
    points: possible,
    correctnessPoints: rounded(worth.points - speedPoints, 6) ?? 0,
    speedPoints,
    speed: worth.speed ?? null,
    cases: inOrder,
  };
}

function candidateHeads(
  { candidates }: MarkedRun["marks"],
  roster: Results["roster"],
  codes: MarkedRun["codes"],
): CandidateHead[] {
  const people = new Map(roster.map((entry) => [entry.candidate, entry]));
  return rankByPoints(candidates).map(({ candidate, points, max, remark, rank }) => {
    const { name: person = "", section = "" } = people.get(candidate) ?? {};
    return { name: candidate, person, section, code: codes.get(candidate)!, points, max, remark, rank };
  });
}

function runFacts({ assignment, adapter, ...results }: Results, marks: Marks): RunFacts {
  const measured = results.attempts.flatMap(({ measurement }) =>
    measurement?.state === "measured" ? [measurement] : [],
  );
  const floors = measured.flatMap(({ shapes }) => shapes.map(({ noiseFloor }) => noiseFloor));
  return {
    title: assignment.title,
    name: results.run,
    startedAt: results.startedAt,
    state: results.state,
    adapter: adapter.description,
    adapterKind: adapter.kind,
    driver: adapter.driver,
    vendor: adapter.vendor,
    architecture: adapter.architecture,
    harnessVersion: results.harnessVersion,
    dawnVersion: results.dawnVersion,
    seed: results.seed,
    isPractice: assignment.practice,
    countsSoftwareSpeed: assignment.software,
    noiseFloor: floors.reduce<number | null>((most, { low, high }) => Math.max(most ?? 0, 1 - low, high - 1), null),
    roofline: measured[0]?.roofline ?? null,
    refused: results.refused,
    remarks: [...results.remarks, ...marks.remarks],
  };
}

/** Empty for a task that does not count. */
function similarGroupHead(
  { task, members, highest, lowest, pairs, omittedPairs }: SimilarGroup,
  tasks: readonly string[],
  places: ReadonlyMap<string, number>,
): SimilarGroupHead[] {
  if (!tasks.includes(task)) return [];
  const short = (share: number) => rounded(share, 3) ?? 0;
  return [
    {
      task: tasks.indexOf(task),
      members: members.map(({ candidate, cohort, variant, files }) => ({
        candidate: cohort === null ? (places.get(candidate) ?? null) : null,
        name: candidate,
        cohort: cohort ?? "",
        variant,
        files: cohort === null ? [] : files,
      })),
      highest: short(highest),
      lowest: short(lowest),
      pairs: pairs.map(({ a, b, similarity, fragments }) => ({ a, b, similarity: short(similarity), fragments })),
      omittedPairs,
    },
  ];
}

function builtInHeads(
  { builtInCode = [] }: Results,
  tasks: readonly string[],
  places: ReadonlyMap<string, number>,
): BuiltInHead[] {
  return builtInCode.flatMap(({ task, candidate, source, isVerbatim }) => {
    const place = places.get(candidate);
    if (!tasks.includes(task) || place === undefined) return [];
    return [{ task: tasks.indexOf(task), candidate: place, source: builtInSourceText(source), isVerbatim }];
  });
}
