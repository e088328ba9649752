import { count } from "../../../text/count.ts";
import type { AttemptHead } from "../index-data.ts";
import { AttemptLink, TaskLink } from "./names.tsx";
import type { RunModel } from "./run-model.ts";

export interface StuckOn {
  readonly task: number;
  readonly about: string;
  readonly hint: string;
  readonly attempts: readonly AttemptHead[];
}

/** Known mistakes found in this task's attempts, the commonest first. */
export function mistakesOfTask({ mistakes, ofTask }: RunModel, task: number): StuckOn[] {
  return mistakes
    .map((mistake, place) => ({ ...mistake, attempts: ofTask(mistake.task).filter((one) => one.mistake === place) }))
    .filter((mistake) => mistake.task === task)
    .sort((a, b) => b.attempts.length - a.attempts.length);
}

interface MistakeListProps {
  readonly mistakes: readonly StuckOn[];
  readonly level: 2 | 3;
  readonly hasTasks?: boolean;
}

export function MistakeList({ mistakes, level, hasTasks = false }: MistakeListProps) {
  const Heading = level === 2 ? "h2" : "h3";
  return (
    <ul class="cards">
      {mistakes.map(({ task, about, hint, attempts }) => (
        <li key={`${task} ${about}`}>
          <Heading>{capital(about)}</Heading>
          <p class="soft small">
            {hasTasks && (
              <>
                <TaskLink task={task} />
                {" · "}
              </>
            )}
            {count(attempts.length, "candidate")}
          </p>
          <p class="small">{hint}</p>
          <ul class="names small">
            {attempts.map(({ candidate }) => (
              <li key={candidate}>
                <AttemptLink candidate={candidate} task={task} />
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
