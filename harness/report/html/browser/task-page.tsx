import { useState } from "preact/hooks";
import { count } from "../../../text/count.ts";
import { MistakeList, mistakesOfTask } from "./mistake-list.tsx";
import { AttemptLink, Foreign, VerdictBadge } from "./names.tsx";
import { alignedPoints, factor, points } from "./numbers.ts";
import { RooflinePlot } from "./roofline-plot.tsx";
import { useRun } from "./run-model.ts";
import { SpeedPlot } from "./speed-plot.tsx";
import { fullSpeedup, fullSpeedWords } from "./speed-words.ts";
import { VerdictBar } from "./verdict-bar.tsx";

/** A plot with more lines is hard to read. */
const PLOTTED = 40;

export function TaskPage({ task }: { readonly task: number }) {
  const run = useRun();
  const { name, points: most, correctnessPoints, speed } = run.tasks[task]!;
  const attempts = run.ofTask(task);
  const measured = attempts.filter((attempt) => attempt.speed !== null);
  const mistakes = mistakesOfTask(run, task);
  const words = alignedPoints(attempts.map(({ points }) => points));
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
      {measured.length > 0 && <Speeds task={task} />}
      {mistakes.length > 0 && (
        <section>
          <h2>Common mistakes</h2>
          <MistakeList mistakes={mistakes} level={3} />
        </section>
      )}
      <section>
        <h2>Attempts</h2>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable regions must be reachable by the keyboard */}
        <section class="scroll wide" tabIndex={0} aria-label={`Attempts at ${name}`}>
          <table class="full">
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
              {byPoints(attempts).map((attempt) => (
                <tr key={attempt.candidate}>
                  <th scope="row">
                    <AttemptLink candidate={attempt.candidate} task={task} />
                  </th>
                  <td>
                    <VerdictBadge verdict={attempt.verdict} />
                  </td>
                  <td class="number">{words(attempt.points)}</td>
                  <td class="number">{attempt.speed === null ? "–" : factor(attempt.speed.mean)}</td>
                  <td class="stretch soft">
                    <Foreign text={attempt.remark} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </section>
    </>
  );
}

function byPoints<T extends { readonly points: number | null }>(attempts: readonly T[]): T[] {
  return [...attempts].sort((a, b) => (b.points ?? -1) - (a.points ?? -1));
}

function Speeds({ task }: { readonly task: number }) {
  const run = useRun();
  const [isAll, setAll] = useState(false);
  const measured = run
    .ofTask(task)
    .filter((attempt) => attempt.speed !== null)
    .sort((a, b) => b.speed!.mean - a.speed!.mean);
  const shown = isAll ? measured : measured.slice(0, PLOTTED);
  const { speed } = run.tasks[task]!;
  return (
    <>
      <section>
        <h2>Speed</h2>
        <SpeedPlot
          attempts={shown}
          against={speed?.against ?? "the plain kernel"}
          noiseFloor={run.run.noiseFloor}
          full={speed === null ? null : fullSpeedup(speed)}
        />
        {measured.length > PLOTTED && (
          <button type="button" class="plain" onClick={() => setAll(!isAll)}>
            {isAll ? `Show the fastest ${PLOTTED}` : `Show all ${measured.length}`}
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
