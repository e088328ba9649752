import { MistakeList, mistakesOfTask } from "./mistake-list.tsx";
import { useRun } from "./run-model.ts";

/** What to go through once more with everybody. */
export function MistakesPage() {
  const run = useRun();
  const mistakes = run.tasks
    .flatMap((_, task) => mistakesOfTask(run, task))
    .sort((a, b) => b.attempts.length - a.attempts.length);
  return (
    <section>
      <h1 tabIndex={-1}>Who is stuck on what</h1>
      <p class="soft">Known mistakes that give just the output that was seen, the commonest first.</p>
      {mistakes.length === 0 && <p class="empty">No known mistake was found.</p>}
      <MistakeList mistakes={mistakes} level={2} hasTasks />
    </section>
  );
}
