import { capital } from "../../../text/capital.ts";
import { count } from "../../../text/count.ts";
import type { AttemptHead, MistakeGroup, MistakeKind } from "../index-data.ts";
import { ErrorPicture } from "./error-picture.tsx";
import { AttemptLink, Sentence, TaskLink, VerdictBadge } from "./names.tsx";
import { type RunModel, useRun } from "./run-model.ts";

/** A group of failing attempts, or its part for one task. */
export interface Mistake {
  readonly group: MistakeGroup;
  /** The group's place in the head. */
  readonly place: number;
  readonly attempts: readonly AttemptHead[];
}

/** The groups of the attempts, the largest first. */
export function mistakesOf({ mistakes }: RunModel, attempts: readonly AttemptHead[]): Mistake[] {
  const members = mistakes.map((): AttemptHead[] => []);
  for (const attempt of attempts) if (attempt.mistake !== null) members[attempt.mistake]!.push(attempt);
  return mistakes
    .map((group, place) => ({ group, place, attempts: members[place]! }))
    .filter(({ attempts: own }) => own.length > 0)
    .sort((a, b) => b.attempts.length - a.attempts.length);
}

const kindWords: Readonly<Record<MistakeKind, string>> = {
  known: "known mistake",
  finding: "same observation",
  message: "same message",
  pattern: "same wrong elements, unknown cause",
};

/** More tasks than this are counted. */
const TASKS = 3;
/** More names than this are folded away. */
const NAMES = 12;

interface MistakeListProps {
  readonly mistakes: readonly Mistake[];
  readonly level: 2 | 3;
  readonly hasTasks?: boolean;
}

export function MistakeList({ mistakes, level, hasTasks = false }: MistakeListProps) {
  const Heading = level === 2 ? "h2" : "h3";
  return (
    <ul class="cards">
      {mistakes.map(({ group, place, attempts }) => {
        const tasks = [...new Set(attempts.map(({ task }) => task))];
        const verdicts = [...new Set(attempts.map(({ verdict }) => verdict))];
        return (
          <li key={place}>
            <p class="small">
              {verdicts.map((verdict) => (
                <VerdictBadge key={verdict} verdict={verdict} />
              ))}{" "}
              <span class="soft">{kindWords[group.kind]}</span>
            </p>
            <Heading>
              <Sentence text={capital(group.about)} />
            </Heading>
            <p class="soft small">
              {count(attempts.length, "attempt")}
              {hasTasks && (tasks.length > TASKS ? ` at ${count(tasks.length, "task")}` : <Tasks tasks={tasks} />)}
            </p>
            {group.hint !== "" && (
              <p class="small">
                <Sentence text={group.hint} />
              </p>
            )}
            {group.pattern !== null && <ErrorPicture evidence={group.pattern} />}
            <Names attempts={attempts.slice(0, NAMES)} hasTasks={tasks.length > 1} />
            {attempts.length > NAMES && (
              <details class="small">
                <summary>{count(attempts.length - NAMES, "more attempt")}</summary>
                <Names attempts={attempts.slice(NAMES)} hasTasks={tasks.length > 1} />
              </details>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Tasks({ tasks }: { readonly tasks: readonly number[] }) {
  return tasks.map((task, place) => (
    <span key={task}>
      {place === 0 ? " at " : ", "}
      <TaskLink task={task} />
    </span>
  ));
}

function Names({ attempts, hasTasks }: { readonly attempts: readonly AttemptHead[]; readonly hasTasks: boolean }) {
  const { tasks: taskNames } = useRun();
  return (
    <ul class="names small">
      {attempts.map(({ candidate, task }) => (
        <li key={`${candidate} ${task}`}>
          <AttemptLink candidate={candidate} task={task} />
          {hasTasks && <span class="soft"> {taskNames[task]!.name}</span>}
        </li>
      ))}
    </ul>
  );
}
