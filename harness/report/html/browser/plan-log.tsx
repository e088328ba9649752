import { printableLines } from "../../../text/printable.ts";

/** What a plan function printed; nothing if it printed nothing. */
export function PlanLog({ log }: { readonly log: string }) {
  if (log.trim() === "") return null;
  return (
    <section>
      <h2>Plan function log</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable regions must be reachable by the keyboard */}
      <pre class="log" tabIndex={0}>
        {printableLines(log.trimEnd())}
      </pre>
    </section>
  );
}
