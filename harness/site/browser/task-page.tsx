import type { CatalogueTask, TaskPageData } from "../site-data.ts";
import { useStored } from "./browser-store.ts";
import { HintList } from "./hint-list.tsx";
import { InterfaceList } from "./interface-list.tsx";
import { ProseView } from "./prose-view.tsx";
import { formatSiteRoute, taskAddress } from "./site-routes.ts";
import { SolvedMark } from "./solved-mark.tsx";
import { NO_FILTER } from "./task-filter.ts";
import { useDocument } from "./use-document.ts";
import { Workplace } from "./workplace.tsx";

interface TaskPageProps {
  readonly task: CatalogueTask;
  /** The tasks before and after it on the learning path. */
  readonly previous: CatalogueTask | undefined;
  readonly next: CatalogueTask | undefined;
}

/** A task: what it asks for, and the place to solve it. */
export function TaskPage({ task, previous, next }: TaskPageProps) {
  const loaded = useDocument<TaskPageData>(`tasks/${task.name}.json`);
  const isSolved = useStored((from) => from.solvedAt().has(task.name));
  return (
    <>
      <section class="lead">
        <nav class="crumbs" aria-label="Learning path">
          <a href="#/">Tasks</a>
          <span class="steps">
            {previous && <a href={taskAddress(previous.name)}>← {previous.title}</a>}
            {next && <a href={taskAddress(next.name)}>{next.title} →</a>}
          </span>
        </nav>
        <h1 tabIndex={-1}>{task.title}</h1>
        <p class="soft">
          {isSolved && (
            <>
              <SolvedMark />{" "}
            </>
          )}
          {task.level !== null && `Level ${task.level}. Teaches ${task.teaches}. `}
          <QuestionLinks questions={task.questions} />
        </p>
      </section>
      {loaded.state === "loading" && <p class="soft">…</p>}
      {loaded.state === "failed" && <p role="alert">The task could not be loaded. {loaded.reason}</p>}
      {loaded.state === "loaded" && <LoadedTask task={loaded.value} next={next} />}
    </>
  );
}

function LoadedTask({ task, next }: { readonly task: TaskPageData; readonly next: CatalogueTask | undefined }) {
  return (
    <div class="workplace">
      <section class="about" aria-label="Task">
        <ProseView blocks={task.statement} />
        <InterfaceList task={task} />
        <HintList task={task.name} hints={task.hints} />
      </section>
      <Workplace
        task={task}
        place={task.name}
        starter={task.starter}
        starterName="the starter"
        next={next && { address: taskAddress(next.name), title: next.title }}
      />
    </div>
  );
}

/** Links to the tasks of the interview questions that a task answers. */
function QuestionLinks({ questions }: { readonly questions: readonly number[] }) {
  if (questions.length === 0) return null;
  return (
    <>
      Interview {questions.length === 1 ? "question" : "questions"}{" "}
      {questions.map((question, place) => (
        <span key={question}>
          {place > 0 && ", "}
          <a href={formatSiteRoute({ view: "start", filter: { ...NO_FILTER, question: String(question) } })}>
            {question}
          </a>
        </span>
      ))}
      .
    </>
  );
}
