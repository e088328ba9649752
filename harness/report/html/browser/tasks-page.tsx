import { TaskLink } from "./names.tsx";
import { factor, points } from "./numbers.ts";
import { useRun } from "./run-model.ts";
import { VerdictBar } from "./verdict-bar.tsx";

export function TasksPage() {
  const run = useRun();
  return (
    <section>
      <h1 tabIndex={-1}>Tasks</h1>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable regions must be reachable by the keyboard */}
      <section class="scroll wide" tabIndex={0} aria-label="Table of tasks">
        <table class="full">
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
            {run.tasks.map(({ name, points: most }, task) => {
              const attempts = run.ofTask(task);
              const marked = attempts.flatMap((attempt) => (attempt.points === null ? [] : [attempt.points]));
              const mean = marked.reduce((sum, value) => sum + value, 0) / marked.length;
              const fastest = Math.max(...attempts.flatMap(({ speed }) => (speed === null ? [] : [speed.mean])));
              return (
                <tr key={name}>
                  <th scope="row">
                    <TaskLink task={task} />
                  </th>
                  <td class="number">{points(most)}</td>
                  <td class="number">{marked.length === 0 ? "–" : mean.toFixed(1)}</td>
                  <td class="stretch">
                    <VerdictBar attempts={attempts} />
                  </td>
                  <td class="number">{factor(fastest)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
    </section>
  );
}
