import { useState } from "preact/hooks";
import { count } from "../../../text/count.ts";
import { Choice } from "./choice.tsx";
import { MistakeList, mistakesOf } from "./mistake-list.tsx";
import { goTo } from "./navigation.ts";
import { useRun } from "./run-model.ts";

/** Groups shown at first: the rarest interest few readers. */
const FIRST_GROUPS = 12;

/** Every failing attempt, by cause: topics to teach again. */
export function MistakesPage({ task }: { readonly task: number | null }) {
  const run = useRun();
  const [isAll, setAll] = useState(false);
  const mistakes = mistakesOf(run, task === null ? run.attempts : run.ofTask(task));
  const failing = mistakes.reduce((sum, { attempts }) => sum + attempts.length, 0);
  const taskNames = run.tasks.map(({ name }) => name);
  return (
    <section>
      <div class="lead">
        <h1 tabIndex={-1}>Mistakes</h1>
        <p class="soft">
          Every failing attempt by its cause, the commonest first. A known mistake reproduces the wrong outputs exactly;
          observations and messages are the same but for names and numbers.
        </p>
      </div>
      <form class="filters" aria-label="Mistakes" onSubmit={(event) => event.preventDefault()}>
        <Choice
          name="Task"
          options={taskNames}
          chosen={task === null ? "" : taskNames[task]!}
          onChoose={(name) => goTo({ view: "mistakes", task: name === "" ? null : name })}
        />
        <p class="soft small" role="status">
          {count(failing, "failing attempt")} in {count(mistakes.length, "group")}
        </p>
      </form>
      {mistakes.length === 0 && <p class="empty">No attempt failed.</p>}
      <MistakeList mistakes={isAll ? mistakes : mistakes.slice(0, FIRST_GROUPS)} level={2} hasTasks={task === null} />
      {mistakes.length > FIRST_GROUPS && (
        <button type="button" class="plain" onClick={() => setAll(!isAll)}>
          {isAll ? `Show the ${FIRST_GROUPS} largest` : `Show all ${mistakes.length} groups`}
        </button>
      )}
    </section>
  );
}
