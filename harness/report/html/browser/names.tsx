import type { Verdict } from "../../../results/verdict.ts";
import { printable } from "../../../text/printable.ts";
import { verdictWords } from "../../terminal/verdict-words.ts";
import { formatRoute } from "./routes.ts";
import { useRun } from "./run-model.ts";
import { toneOf, verdictSigns } from "./verdict-signs.ts";

/** Text written by a candidate, escaped: it cannot reorder or hide the text around it. */
export function Foreign({ text }: { readonly text: string }) {
  return <span class="foreign">{printable(text)}</span>;
}

export function CandidateLink({ candidate }: { readonly candidate: number }) {
  const { name } = useRun().candidates[candidate]!;
  return (
    <a href={formatRoute({ view: "candidate", candidate: name })}>
      <Foreign text={name} />
    </a>
  );
}

export function TaskLink({ task }: { readonly task: number }) {
  const { name } = useRun().tasks[task]!;
  return <a href={formatRoute({ view: "task", task: name })}>{name}</a>;
}

interface AttemptLinkProps {
  readonly candidate: number;
  readonly task: number;
  /** The text of the link; the candidate's name by default. */
  readonly text?: string;
}

export function AttemptLink({ candidate, task, text }: AttemptLinkProps) {
  const run = useRun();
  const { name } = run.candidates[candidate]!;
  return (
    <a href={formatRoute({ view: "attempt", candidate: name, task: run.tasks[task]!.name })}>
      <Foreign text={text ?? name} />
    </a>
  );
}

export function VerdictBadge({ verdict }: { readonly verdict: Verdict }) {
  return (
    <span class={`badge ${toneOf(verdict)}`} title={verdictWords[verdict]}>
      <span aria-hidden="true">{verdictSigns[verdict]}</span>
      {verdict}
    </span>
  );
}
