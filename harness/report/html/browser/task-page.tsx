import { max, median } from "d3-array";
import { useMemo, useState } from "preact/hooks";
import { count } from "../../../text/count.ts";
import type { AttemptHead } from "../index-data.ts";
import { useGrowing } from "./growing.ts";
import { MistakeList, mistakesOf } from "./mistake-list.tsx";
import { AttemptLink, NumberCell, RemarkCell, VerdictBadge } from "./names.tsx";
import { factor, factorColumn, points, pointsColumn } from "./numbers.ts";
import { RooflinePlot } from "./roofline-plot.tsx";
import { formatRoute } from "./routes.ts";
import { useRun } from "./run-model.ts";
import { SpeedPlot } from "./speed-plot.tsx";
import { fullSpeedup, fullSpeedWords } from "./speed-words.ts";
import { acceptedFigure, type Figure, heldFigures, Tiles } from "./tiles.tsx";
import { VerdictBar } from "./verdict-bar.tsx";
import { WideTable } from "./wide-table.tsx";

/** As many lines have their names in a plot of one screen. */
const NAMED = 40;
/** The largest groups of failing attempts. */
const MISTAKES = 3;

export function TaskPage({ task }: { readonly task: number }) {
  const run = useRun();
  const { name, points: most, correctnessPoints, speed } = run.tasks[task]!;
  const attempts = run.ofTask(task);
  const measured = attempts.filter((attempt) => attempt.speed !== null);
  return (
    <>
      <section class="lead">
        <p class="crumbs">
          <a href="#tasks">Tasks</a>
        </p>
        <h1 tabIndex={-1}>{name}</h1>
        <p class="soft">
          {count(most, "point")}
          {speed !== null &&
            `: ${points(correctnessPoints)} for correctness; all points for speed at ${fullSpeedWords(speed)}`}
        </p>
        <VerdictBar attempts={attempts} />
      </section>
      <Tiles figures={figuresOf(attempts, most)} />
      <Mistakes task={task} />
      {measured.length > 0 && <Speeds task={task} measured={measured} />}
      <section>
        <h2>Attempts</h2>
        <AttemptTable task={task} />
      </section>
    </>
  );
}

function figuresOf(attempts: readonly AttemptHead[], most: number): Figure[] {
  const middle = median(attempts, (attempt) => attempt.points ?? undefined);
  const middleSpeed = median(attempts, ({ speed }) => speed?.mean);
  const best = max(attempts, ({ speed }) => speed?.mean);
  const figures = [
    acceptedFigure(attempts),
    { name: "Median", value: middle === undefined ? "–" : points(middle), more: `of ${count(most, "point")}` },
  ];
  if (middleSpeed !== undefined && best !== undefined) {
    figures.push({ name: "Median speed", value: factor(middleSpeed), more: `fastest ${factor(best)}` });
  }
  return [...figures, ...heldFigures(attempts)];
}

function Mistakes({ task }: { readonly task: number }) {
  const run = useRun();
  const mistakes = mistakesOf(run, run.ofTask(task));
  if (mistakes.length === 0) return null;
  const { name } = run.tasks[task]!;
  return (
    <section>
      <h2>Commonest mistakes</h2>
      <MistakeList mistakes={mistakes.slice(0, MISTAKES)} level={3} />
      {mistakes.length > MISTAKES && (
        <p>
          <a href={formatRoute({ view: "mistakes", task: name })}>All {count(mistakes.length, "group")} of mistakes</a>
        </p>
      )}
    </section>
  );
}

interface SpeedsProps {
  readonly task: number;
  readonly measured: readonly AttemptHead[];
}

function Speeds({ task, measured }: SpeedsProps) {
  const run = useRun();
  const [isNamed, setNamed] = useState(false);
  const fastest = useMemo(
    () => [...measured].sort((a, b) => b.speed!.mean - a.speed!.mean).slice(0, NAMED),
    [measured],
  );
  const { speed } = run.tasks[task]!;
  return (
    <>
      <section>
        <h2>Speed</h2>
        <SpeedPlot
          attempts={isNamed ? fastest : measured}
          against={speed?.against ?? "the plain kernel"}
          noiseFloor={run.run.noiseFloor}
          full={speed === null ? null : fullSpeedup(speed)}
        />
        {measured.length > NAMED && (
          <button type="button" class="plain" onClick={() => setNamed(!isNamed)}>
            {isNamed ? `Show all ${measured.length}` : `Show the fastest ${NAMED} with names`}
          </button>
        )}
      </section>
      <section>
        <h2>Roofline</h2>
        <RooflinePlot attempts={measured} />
      </section>
    </>
  );
}

/** Attempts without points come last. */
function byPointsAndSpeed(a: AttemptHead, b: AttemptHead): number {
  return (b.points ?? -1) - (a.points ?? -1) || (b.speed?.mean ?? 0) - (a.speed?.mean ?? 0);
}

function AttemptTable({ task }: { readonly task: number }) {
  const run = useRun();
  const attempts = run.ofTask(task);
  const columns = {
    points: pointsColumn(attempts.map((attempt) => attempt.points)),
    speed: factorColumn(attempts.map(({ speed }) => speed?.mean)),
  };
  const sorted = useMemo(() => [...attempts].sort(byPointsAndSpeed), [attempts]);
  return (
    <WideTable about={`Attempts at ${run.tasks[task]!.name}`}>
      <table class="full stacked">
        <thead>
          <tr>
            <th scope="col">Candidate</th>
            <th scope="col">Verdict</th>
            <th scope="col" class="number">
              Points
            </th>
            <th scope="col" class="number">
              Speed
            </th>
            <th scope="col" class="stretch">
              Remark
            </th>
          </tr>
        </thead>
        <tbody>
          {useGrowing(sorted).map((attempt) => (
            <tr key={attempt.candidate}>
              <th scope="row">
                <AttemptLink candidate={attempt.candidate} task={task} />
              </th>
              <td>
                <VerdictBadge verdict={attempt.verdict} />
              </td>
              <NumberCell label="Points" text={columns.points(attempt.points)} />
              <NumberCell label="Speed" text={columns.speed(attempt.speed?.mean)} />
              <RemarkCell text={attempt.remark} />
            </tr>
          ))}
        </tbody>
      </table>
    </WideTable>
  );
}
