import { MistakeList, mistakesOfTask } from "./mistake-list.tsx";
import { useRun } from "./run-model.ts";

/** Common mistakes: topics to teach again. */
export function MistakesPage() {
  const run = useRun();
  const mistakes = run.tasks
    .flatMap((_, task) => mistakesOfTask(run, task))
    .sort((a, b) => b.attempts.length - a.attempts.length);
  return (
    <section>
      <h1 tabIndex={-1}>Common mistakes</h1>
      <p class="soft">Known mistakes that reproduce the wrong outputs exactly, the commonest first.</p>
      {mistakes.length === 0 && <p class="empty">No known mistakes found.</p>}
      <MistakeList mistakes={mistakes} level={2} hasTasks />
    </section>
  );
}
