import { useMemo, useState } from "preact/hooks";
import { VERDICTS } from "../../../results/verdict.ts";
import { count } from "../../../text/count.ts";
import { printable } from "../../../text/printable.ts";
import { verdictWords } from "../../terminal/verdict-words.ts";
import type { AttemptHead, CandidateHead } from "../index-data.ts";
import { Choice } from "./choice.tsx";
import { useGrowing } from "./growing.ts";
import { allRows, collator, DEFAULT_SORT, type Row, type RowQuery, selectRows } from "./leaderboard-rows.ts";
import { CandidateLink, Foreign } from "./names.tsx";
import { replaceRoute } from "./navigation.ts";
import { type Column, pointsColumn } from "./numbers.ts";
import { formatRoute } from "./routes.ts";
import { type RunModel, shownName, useRun } from "./run-model.ts";
import { toneOf, verdictSigns } from "./verdict-signs.ts";
import { WideTable } from "./wide-table.tsx";

/** All marks, sortable by each column, with filters. */
export function Leaderboard({ query: asked }: { readonly query: Readonly<Record<string, string>> }) {
  const run = useRun();
  const [query, setQuery] = useState<RowQuery>(() => ({
    name: asked.name ?? "",
    section: asked.section ?? "",
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
  const sections = sectionsOf(run);
  const verdicts = VERDICTS.filter((verdict) => run.attempts.some((attempt) => attempt.verdict === verdict));
  return (
    <section aria-labelledby="leaderboard-heading">
      <h2 id="leaderboard-heading">Leaderboard</h2>
      <form class="filters" aria-label="Candidates" onSubmit={(event) => event.preventDefault()}>
        <label>
          <span>Name</span>
          <input type="search" value={query.name} onInput={(event) => change({ name: event.currentTarget.value })} />
        </label>
        {sections.length > 0 && (
          <Choice
            name="Section"
            options={sections}
            chosen={query.section}
            onChoose={(section) => change({ section })}
          />
        )}
        <Choice name="Task" options={taskNames} chosen={query.task} onChoose={(task) => change({ task })} />
        <Choice name="Verdict" options={verdicts} chosen={query.verdict} onChoose={(verdict) => change({ verdict })} />
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

function sectionsOf({ candidates }: RunModel): string[] {
  const sections = new Set(candidates.map(({ section }) => section).filter((section) => section !== ""));
  return [...sections].sort(collator.compare);
}

/** Up to this many tasks, names fit on one line. */
const NARROW_TASKS = 6;

interface TableProps {
  readonly rows: readonly Row[];
  readonly isEmpty: boolean;
  readonly sort: string;
  readonly onSort: (sort: string) => void;
}

function LeaderboardTable({ rows, isEmpty, sort, onSort }: TableProps) {
  const run = useRun();
  const { tasks } = run;
  const hasSections = sectionsOf(run).length > 0;
  const words = useMemo(() => pointWords(run), [run]);
  return (
    <WideTable about="Table of marks">
      <table class={tasks.length <= NARROW_TASKS ? "leaderboard few" : "leaderboard"}>
        <thead>
          <tr>
            <th scope="col" class="number">
              Rank
            </th>
            <SortHeader name="name" text="Candidate" sort={sort} onSort={onSort} class="sticky" />
            {hasSections && <SortHeader name="section" text="Section" sort={sort} onSort={onSort} class="section" />}
            <SortHeader name="total" text="Points" sort={sort} onSort={onSort} isNumber />
            {tasks.map(({ name, points: most }) => (
              <SortHeader key={name} name={name} text={name} more={`of ${most}`} sort={sort} onSort={onSort} isNumber />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <LeaderboardRow key={row.place} row={row} words={words} hasSections={hasSections} />
          ))}
        </tbody>
      </table>
      {isEmpty && <p class="empty">No match. Remove a filter.</p>}
    </WideTable>
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

function pointWords(run: RunModel) {
  return {
    total: pointsColumn(run.candidates.map(({ points }) => points)),
    max: pointsColumn(run.candidates.map(({ max }) => max)),
    tasks: run.tasks.map((_, task) => pointsColumn(run.ofTask(task).map(({ points }) => points))),
  };
}

interface RowProps {
  readonly row: Row;
  readonly words: ReturnType<typeof pointWords>;
  readonly hasSections: boolean;
}

function LeaderboardRow({ row: { place, candidate, attempts }, words, hasSections }: RowProps) {
  const { tasks } = useRun();
  return (
    <tr>
      <td class="number soft">{candidate.rank}</td>
      <th scope="row" class="sticky">
        <CandidateLink candidate={place} />
        {candidate.person !== "" && (
          <span class="folder soft small">
            {" "}
            <Foreign text={candidate.name} />
          </span>
        )}
      </th>
      {hasSections && (
        <td class="section">
          <Foreign text={candidate.section} />
        </td>
      )}
      <td class="number total">
        <strong>{words.total(candidate.points)}</strong>
        <span class="soft"> / {words.max(candidate.max)}</span>
      </td>
      {tasks.map((task, index) => (
        <MarkCell
          key={task.name}
          attempt={attempts[index]}
          candidate={candidate}
          task={task}
          words={words.tasks[index]!}
        />
      ))}
    </tr>
  );
}

interface MarkCellProps {
  readonly attempt: AttemptHead | undefined;
  readonly candidate: CandidateHead;
  readonly task: { readonly name: string };
  readonly words: Column;
}

/** The darker, the more points; the sign shows the verdict. */
function MarkCell({ attempt, candidate, task, words }: MarkCellProps) {
  if (attempt === undefined) return <td class="mark" />;
  const { verdict } = attempt;
  const share = attempt.points === null || attempt.max === 0 ? 0 : Math.min(attempt.points / attempt.max, 1);
  const label = `${verdictSigns[verdict]} ${words(attempt.points)} of ${attempt.max} points, ${verdict}: ${printable(shownName(candidate))}, ${task.name}`;
  const title = attempt.remark === "" ? verdict : `${verdict}: ${printable(attempt.remark)}`;
  return (
    <td class="mark" style={`--share: ${share.toFixed(3)}`}>
      <a
        href={formatRoute({ view: "attempt", candidate: candidate.name, task: task.name })}
        aria-label={label}
        title={title}
      >
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
