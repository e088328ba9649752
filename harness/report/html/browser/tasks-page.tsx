import { max, mean } from "d3-array";
import { NumberCell, TaskLink } from "./names.tsx";
import { factorColumn, NOTHING, pointsColumn } from "./numbers.ts";
import { useRun } from "./run-model.ts";
import { VerdictBar } from "./verdict-bar.tsx";
import { WideTable } from "./wide-table.tsx";

export function TasksPage() {
  const run = useRun();
  const rows = run.tasks.map(({ name, points }, task) => {
    const attempts = run.ofTask(task);
    return {
      ...{ name, points, attempts },
      mean: mean(attempts.flatMap((attempt) => attempt.points ?? [])),
      fastest: max(attempts, ({ speed }) => speed?.mean),
    };
  });
  const columns = {
    points: pointsColumn(rows.map(({ points }) => points)),
    fastest: factorColumn(rows.map(({ fastest }) => fastest)),
  };
  return (
    <section>
      <h1 tabIndex={-1}>Tasks</h1>
      <WideTable about="Table of tasks">
        <table class="full stacked">
          <thead>
            <tr>
              <th scope="col">Task</th>
              <th scope="col" class="number">
                Worth
              </th>
              <th scope="col" class="number">
                Mean
              </th>
              <th scope="col" class="stretch">
                Verdicts
              </th>
              <th scope="col" class="number">
                Fastest
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, task) => (
              <tr key={row.name}>
                <th scope="row">
                  <TaskLink task={task} />
                </th>
                <NumberCell label="Worth" text={columns.points(row.points)} />
                <NumberCell label="Mean" text={row.mean?.toFixed(1) ?? NOTHING} />
                <td class="stretch">
                  <VerdictBar attempts={row.attempts} />
                </td>
                <NumberCell label="Fastest" text={columns.fastest(row.fastest)} />
              </tr>
            ))}
          </tbody>
        </table>
      </WideTable>
    </section>
  );
}
