import { Sentence } from "../../report/html/browser/names.tsx";
import { count } from "../../text/count.ts";
import { store, useStored } from "./browser-store.ts";

/** A task's hints, from correctness to speed: shown one at a time, and remembered. */
export function HintList({ task, hints }: { readonly task: string; readonly hints: readonly string[] }) {
  const shown = useStored((from) => Math.min(from.hintsShown(task), hints.length));
  if (hints.length === 0) return null;
  const left = hints.length - shown;
  return (
    <section aria-labelledby="hints" class="hints">
      <h2 id="hints">Hints</h2>
      {/* In place before its first item, so that screen readers announce each one. */}
      <ol aria-live="polite">
        {hints.slice(0, shown).map((hint) => (
          <li key={hint}>
            <Sentence text={hint} />
          </li>
        ))}
      </ol>
      <div class="actions">
        {left > 0 && (
          <button type="button" class="plain" onClick={() => store.keepHintsShown(task, shown + 1)}>
            {shown === 0 ? `Show the first of ${count(hints.length, "hint")}` : `Show the next hint (${left} left)`}
          </button>
        )}
        {shown > 0 && (
          <button type="button" class="plain" onClick={() => store.keepHintsShown(task, 0)}>
            Hide all
          </button>
        )}
      </div>
    </section>
  );
}
