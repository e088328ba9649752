import { useEffect, useState } from "preact/hooks";
import { Choice } from "../../report/html/browser/choice.tsx";
import { capital } from "../../text/capital.ts";
import { count } from "../../text/count.ts";
import type { Catalogue, CatalogueTask, CatalogueTrack } from "../site-data.ts";
import { store, useStored } from "./browser-store.ts";
import { pathOrder } from "./path-order.ts";
import { formatSiteRoute, taskAddress } from "./site-routes.ts";
import { SolvedMark } from "./solved-mark.tsx";
import { filteredTracks, NO_FILTER, type TaskFilter } from "./task-filter.ts";

interface StartPageProps {
  readonly catalogue: Catalogue;
  /** From the address. */
  readonly filter: TaskFilter;
}

/** All tasks, by track, in order of level. */
export function StartPage({ catalogue, filter: first }: StartPageProps) {
  const [filter, setFilter] = useState(first);
  useEffect(() => setFilter(first), [first]);
  const solved = useStored((from) => from.solvedAt());
  const tracks = filteredTracks(catalogue, filter);
  const choose = (change: Partial<TaskFilter>) => {
    const chosen = { ...filter, ...change };
    setFilter(chosen);
    // Not a step of the browser's history, but there when the page is reloaded or its address copied.
    history.replaceState(null, "", formatSiteRoute({ view: "start", filter: chosen }));
  };
  return (
    <>
      <section class="lead">
        <h1 tabIndex={-1}>Write GPU kernels, and see whether they are correct</h1>
        <p class="message">
          Each task asks for a WebGPU compute kernel. Kernelmark checks every element of its results on this browser's
          GPU, and explains what is wrong. Nothing leaves this browser.
        </p>
        <Progress catalogue={catalogue} solved={solved} />
      </section>
      <Filters
        catalogue={catalogue}
        filter={filter}
        shown={tracks.flatMap(({ tasks }) => tasks).length}
        onChoose={choose}
      />
      {tracks.length === 0 && (
        <p class="empty">
          No task is like that.{" "}
          <button type="button" class="plain" onClick={() => choose(NO_FILTER)}>
            Show all tasks
          </button>
        </p>
      )}
      {tracks.map((track) => (
        <TrackView key={track.name} track={track} solved={solved} />
      ))}
      {solved.size > 0 && <DeleteAll />}
    </>
  );
}

interface Solved {
  readonly solved: ReadonlyMap<string, string>;
}

/** What this browser has solved, and the task to do next. */
function Progress({ catalogue, solved }: Solved & { readonly catalogue: Catalogue }) {
  const order = pathOrder(catalogue);
  const done = order.filter(({ name }) => solved.has(name)).length;
  const next = order.find(({ name }) => !solved.has(name));
  return (
    <div class="progress">
      {next !== undefined && (
        <a class="primary" href={taskAddress(next.name)}>
          {done === 0 ? "Start" : "Go on"}: {next.title}
        </a>
      )}
      <p class="soft">
        {done === 0 && "Or begin with the "}
        {done > 0 && `Solved in this browser: ${done} of ${order.length}. See also the `}
        <a href="#/tutorial/1">tutorial</a>, and <a href="#/wgsl">WGSL for people who know CUDA or PyTorch</a>.
      </p>
    </div>
  );
}

interface FiltersProps {
  readonly catalogue: Catalogue;
  readonly filter: TaskFilter;
  /** The number of tasks that it chooses. */
  readonly shown: number;
  onChoose(change: Partial<TaskFilter>): void;
}

function Filters({ catalogue, filter, shown, onChoose }: FiltersProps) {
  const all = catalogue.tracks.flatMap(({ tasks }) => tasks);
  const levels = distinct(all.flatMap(({ level }) => level ?? [])).map(String);
  const questions = distinct(all.flatMap((task) => task.questions)).map(String);
  return (
    <search class="filters">
      <label>
        <span>Search</span>
        <input
          type="search"
          value={filter.search}
          onInput={(event) => onChoose({ search: event.currentTarget.value })}
        />
      </label>
      <Choice name="Level" options={levels} chosen={filter.level} onChoose={(level) => onChoose({ level })} />
      <Choice
        name="Topic"
        options={catalogue.tracks.map(({ name }) => name)}
        chosen={filter.topic}
        onChoose={(topic) => onChoose({ topic })}
      />
      <Choice
        name="Family"
        options={[...new Set(all.map(({ family }) => family))].sort()}
        chosen={filter.family}
        onChoose={(family) => onChoose({ family })}
      />
      <Choice
        name="Interview question"
        options={questions}
        chosen={filter.question}
        onChoose={(question) => onChoose({ question })}
      />
      <p class="soft small" role="status">
        {count(shown, "task")}
      </p>
    </search>
  );
}

function distinct(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}

function TrackView({ track: { name, tasks }, solved }: Solved & { readonly track: CatalogueTrack }) {
  const done = tasks.filter((task) => solved.has(task.name)).length;
  return (
    <section>
      <h2>
        {capital(name)}{" "}
        <span class="soft small">
          {done > 0 && `${done} of `}
          {count(tasks.length, "task")}
          {done > 0 && " solved"}
        </span>
      </h2>
      <ol class="tasks">
        {tasks.map((task) => (
          <TaskEntry key={task.name} task={task} isSolved={solved.has(task.name)} />
        ))}
      </ol>
    </section>
  );
}

function TaskEntry({ task, isSolved }: { readonly task: CatalogueTask; readonly isSolved: boolean }) {
  const { name, title, level, teaches } = task;
  return (
    <li>
      <a href={taskAddress(name)}>{title}</a>
      <span class="soft small level">{level !== null && `level ${level}`}</span>
      <span class="soft teaches">{teaches !== "" && `Teaches ${teaches}.`}</span>
      {isSolved && <SolvedMark />}
    </li>
  );
}

/** Removes all that this site keeps in the browser, after a second press. */
function DeleteAll() {
  const [isAsking, setAsking] = useState(false);
  return (
    <p class="soft small actions">
      This browser keeps your kernels, their versions, hints shown and tasks solved.
      {isAsking ? (
        <>
          <button type="button" class="plain" onClick={() => store.deleteAll()}>
            Delete all of it
          </button>
          <button type="button" class="plain" onClick={() => setAsking(false)}>
            Keep it
          </button>
        </>
      ) : (
        <button type="button" class="plain" onClick={() => setAsking(true)}>
          Delete …
        </button>
      )}
    </p>
  );
}
