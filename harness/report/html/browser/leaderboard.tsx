import { useEffect, useMemo, useState } from "preact/hooks";
import { VERDICTS } from "../../../results/verdict.ts";
import { count } from "../../../text/count.ts";
import { printable } from "../../../text/printable.ts";
import { verdictWords } from "../../terminal/verdict-words.ts";
import type { AttemptHead } from "../index-data.ts";
import { allRows, DEFAULT_SORT, type Row, type RowQuery, selectRows } from "./leaderboard-rows.ts";
import { CandidateLink } from "./names.tsx";
import { replaceRoute } from "./navigation.ts";
import { alignedPoints, points } from "./numbers.ts";
import { formatRoute } from "./routes.ts";
import { type RunModel, useRun } from "./run-model.ts";
import { toneOf, verdictSigns } from "./verdict-signs.ts";

/** All marks, sortable by each column, with filters. */
export function Leaderboard({ query: asked }: { readonly query: Readonly<Record<string, string>> }) {
  const run = useRun();
  const [query, setQuery] = useState<RowQuery>(() => ({
    name: asked.name ?? "",
    task: asked.task ?? "",
    verdict: asked.verdict ?? "",
    sort: asked.sort ?? DEFAULT_SORT,
  }));
  const change = (part: Partial<RowQuery>) => {
    const next = { ...query, ...part };
    setQuery(next);
    const { sort, ...filters } = next;
    replaceRoute({ view: "marks", query: { ...filters, ...(sort === DEFAULT_SORT ? {} : { sort }) } });
  };
  const taskNames = run.tasks.map(({ name }) => name);
  const every = useMemo(() => allRows(run), [run]);
  const rows = useMemo(() => selectRows(every, taskNames, query), [every, query]);
  const verdicts = VERDICTS.filter((verdict) => run.attempts.some((attempt) => attempt.verdict === verdict));
  return (
    <section aria-labelledby="leaderboard-heading">
      <h2 id="leaderboard-heading">Leaderboard</h2>
      <form class="filters" aria-label="Candidates" onSubmit={(event) => event.preventDefault()}>
        <label>
          <span>Name</span>
          <input type="search" value={query.name} onInput={(event) => change({ name: event.currentTarget.value })} />
        </label>
        <label>
          <span>Task</span>
          <select value={query.task} onChange={(event) => change({ task: event.currentTarget.value })}>
            <option value="">any</option>
            {taskNames.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          <span>Verdict</span>
          <select value={query.verdict} onChange={(event) => change({ verdict: event.currentTarget.value })}>
            <option value="">any</option>
            {verdicts.map((verdict) => (
              <option key={verdict}>{verdict}</option>
            ))}
          </select>
        </label>
        <p class="soft small" role="status">
          {rows.length === every.length ? count(every.length, "candidate") : `${rows.length} of ${every.length}`}
        </p>
      </form>
      <LeaderboardTable
        rows={useGrowing(rows)}
        isEmpty={rows.length === 0}
        sort={query.sort}
        onSort={(sort) => change({ sort })}
      />
      <VerdictLegend />
    </section>
  );
}

/** Up to this many tasks, names fit on one line. */
const NARROW_TASKS = 6;

/** More rows than fit on a screen; the others follow after the first paint. */
const FIRST_ROWS = 60;

function useGrowing(rows: readonly Row[]): readonly Row[] {
  const [whole, setWhole] = useState<readonly Row[]>();
  useEffect(() => {
    if (rows.length <= FIRST_ROWS) return;
    const frame = requestAnimationFrame(() => setTimeout(() => setWhole(rows)));
    return () => cancelAnimationFrame(frame);
  }, [rows]);
  return rows.length <= FIRST_ROWS || whole === rows ? rows : rows.slice(0, FIRST_ROWS);
}

interface TableProps {
  readonly rows: readonly Row[];
  readonly isEmpty: boolean;
  readonly sort: string;
  readonly onSort: (sort: string) => void;
}

function LeaderboardTable({ rows, isEmpty, sort, onSort }: TableProps) {
  const run = useRun();
  const { tasks } = run;
  const words = useMemo(() => pointWords(run), [run]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable regions must be reachable by the keyboard
    <section class="scroll wide" tabIndex={0} aria-label="Table of marks">
      <table class={tasks.length <= NARROW_TASKS ? "leaderboard few" : "leaderboard"}>
        <thead>
          <tr>
            <th scope="col" class="number">
              Rank
            </th>
            <SortHeader name="name" text="Candidate" sort={sort} onSort={onSort} class="sticky" />
            <SortHeader name="total" text="Points" sort={sort} onSort={onSort} isNumber />
            {tasks.map(({ name, points: most }) => (
              <SortHeader key={name} name={name} text={name} more={`of ${most}`} sort={sort} onSort={onSort} isNumber />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <LeaderboardRow key={row.place} row={row} words={words} />
          ))}
        </tbody>
      </table>
      {isEmpty && <p class="empty">No match. Remove a filter.</p>}
    </section>
  );
}

interface SortHeaderProps {
  readonly name: string;
  readonly text: string;
  readonly more?: string;
  readonly sort: string;
  readonly onSort: (sort: string) => void;
  readonly isNumber?: boolean;
  readonly class?: string;
}

/** The first click sorts numbers from the largest, names from A. */
function SortHeader({ name, text, more, sort, onSort, isNumber = false, class: classes = "" }: SortHeaderProps) {
  const current = sort === name ? "ascending" : sort === `-${name}` ? "descending" : undefined;
  const first = isNumber ? `-${name}` : name;
  const other = isNumber ? name : `-${name}`;
  return (
    <th scope="col" class={`${isNumber ? "number" : ""} ${classes}`} aria-sort={current}>
      <button type="button" class="sort" onClick={() => onSort(sort === first ? other : first)}>
        <span>
          {text}
          {more && <span class="soft more"> {more}</span>}
        </span>
        <span class="arrow" aria-hidden="true">
          {current === undefined ? "↕" : current === "ascending" ? "↑" : "↓"}
        </span>
      </button>
    </th>
  );
}

type PointWords = ReturnType<typeof alignedPoints>;

/** Points of a column have the same number of decimals. */
function pointWords(run: RunModel): { readonly total: PointWords; readonly tasks: readonly PointWords[] } {
  return {
    total: alignedPoints(run.candidates.map((candidate) => candidate.points)),
    tasks: run.tasks.map((_, task) => alignedPoints(run.ofTask(task).map((attempt) => attempt.points))),
  };
}

interface RowProps {
  readonly row: Row;
  readonly words: ReturnType<typeof pointWords>;
}

function LeaderboardRow({ row: { place, candidate, attempts }, words }: RowProps) {
  const { tasks } = useRun();
  return (
    <tr>
      <td class="number soft">{candidate.rank}</td>
      <th scope="row" class="sticky">
        <CandidateLink candidate={place} />
      </th>
      <td class="number total">
        <strong>{words.total(candidate.points)}</strong>
        <span class="soft"> / {points(candidate.max)}</span>
      </td>
      {tasks.map((task, index) => (
        <MarkCell
          key={task.name}
          attempt={attempts[index]}
          candidate={candidate.name}
          task={task}
          words={words.tasks[index]!}
        />
      ))}
    </tr>
  );
}

interface MarkCellProps {
  readonly attempt: AttemptHead | undefined;
  readonly candidate: string;
  readonly task: { readonly name: string };
  readonly words: PointWords;
}

/** The darker, the more points; the sign shows the verdict. */
function MarkCell({ attempt, candidate, task, words }: MarkCellProps) {
  if (attempt === undefined) return <td class="mark" />;
  const { verdict } = attempt;
  const share = attempt.points === null || attempt.max === 0 ? 0 : Math.min(attempt.points / attempt.max, 1);
  const label = `${verdictSigns[verdict]} ${words(attempt.points)} of ${attempt.max} points, ${verdict}: ${printable(candidate)}, ${task.name}`;
  const title = attempt.remark === "" ? verdict : `${verdict}: ${printable(attempt.remark)}`;
  return (
    <td class="mark" style={`--share: ${share.toFixed(3)}`}>
      <a href={formatRoute({ view: "attempt", candidate, task: task.name })} aria-label={label} title={title}>
        <span class={`sign ${toneOf(verdict)}`}>{verdictSigns[verdict]}</span>{" "}
        <span class="points">{words(attempt.points)}</span>
      </a>
    </td>
  );
}

function VerdictLegend() {
  const { attempts } = useRun();
  const seen = VERDICTS.filter((verdict) => attempts.some((attempt) => attempt.verdict === verdict));
  return (
    <dl class="legend small">
      {seen.map((verdict) => (
        <div key={verdict} title={verdictWords[verdict]}>
          <dt class={`sign ${toneOf(verdict)}`}>{verdictSigns[verdict]}</dt>
          <dd class="soft">{verdict}</dd>
        </div>
      ))}
    </dl>
  );
}
