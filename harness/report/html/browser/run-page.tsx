import { NumberCell } from "./names.tsx";
import { percent, pointsColumn, time } from "./numbers.ts";
import { useRun } from "./run-model.ts";
import { SentenceList } from "./sentence-list.tsx";
import { fullSpeedWords } from "./speed-words.ts";
import { WideTable } from "./wide-table.tsx";

/** Everything needed to repeat the run. */
export function RunPage() {
  const { run, tasks } = useRun();
  const columns = {
    points: pointsColumn(tasks.map((task) => task.points)),
    correctness: pointsColumn(tasks.map((task) => task.correctnessPoints)),
    speed: pointsColumn(tasks.map((task) => task.speedPoints)),
  };
  const facts: [string, string][] = [
    ["Run", run.name],
    ["Started", time(run.startedAt)],
    ["State", run.state],
    ["Adapter", `${run.adapter} (${run.adapterKind})`],
    ["Driver", run.driver],
    ["Vendor", run.vendor],
    ["Architecture", run.architecture],
    ["Kernelmark", run.harnessVersion],
    ["Dawn", run.dawnVersion],
    [
      "Noise floor",
      run.noiseFloor === null ? "nothing was measured" : `${percent(run.noiseFloor)}; ignore smaller differences`,
    ],
  ];
  return (
    <>
      <section class="lead">
        <h1 tabIndex={-1}>Run</h1>
        <dl class="facts">
          {facts
            .filter(([, value]) => value !== "")
            .map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          {run.seed !== "" && (
            <div>
              <dt>Seed</dt>
              <dd>
                <code>{run.seed}</code>
                <p class="soft small">
                  Secret until the deadline: it determines every input. To repeat the run, pass it with{" "}
                  <code>--seed</code>.
                </p>
              </dd>
            </div>
          )}
        </dl>
      </section>
      {run.remarks.length > 0 && (
        <section>
          <h2>Warnings</h2>
          <SentenceList sentences={run.remarks} />
        </section>
      )}
      {run.refused.length > 0 && (
        <section>
          <h2>Refused</h2>
          <SentenceList sentences={run.refused.map(({ path, reason }) => `${path}: ${reason}`)} />
        </section>
      )}
      <section>
        <h2>Assignment</h2>
        <WideTable about="Table of points">
          <table class="stacked">
            <thead>
              <tr>
                <th scope="col">Task</th>
                <th scope="col" class="number">
                  Points
                </th>
                <th scope="col" class="number">
                  For correctness
                </th>
                <th scope="col" class="number">
                  For speed
                </th>
                <th scope="col">Full speed points at</th>
                <th scope="col" class="number">
                  Cases
                </th>
              </tr>
            </thead>
            <tbody>
              {tasks.map((task) => (
                <tr key={task.name}>
                  <th scope="row">{task.name}</th>
                  <NumberCell label="Points" text={columns.points(task.points)} />
                  <NumberCell label="For correctness" text={columns.correctness(task.correctnessPoints)} />
                  <NumberCell label="For speed" text={columns.speed(task.speedPoints)} />
                  <td data-label="Full speed points at">{task.speed === null ? "–" : fullSpeedWords(task.speed)}</td>
                  <NumberCell label="Cases" text={String(task.cases.length)} />
                </tr>
              ))}
            </tbody>
          </table>
        </WideTable>
        {run.isPractice && <p>Practice run: marks are indicative.</p>}
      </section>
    </>
  );
}
