import type { Verdict } from "../../../results/verdict.ts";
import { printable } from "../../../text/printable.ts";
import { prose } from "../../feedback/page-parts.ts";
import { verdictWords } from "../../terminal/verdict-words.ts";
import { NOTHING } from "./numbers.ts";
import { formatRoute } from "./routes.ts";
import { shownName, useRun } from "./run-model.ts";
import { toneOf, verdictSigns } from "./verdict-signs.ts";

/** Text written by a candidate, escaped: it cannot reorder or hide the text around it. */
export function Foreign({ text }: { readonly text: string }) {
  return <span class="foreign">{printable(text)}</span>;
}

/** A candidate as people call them. */
export function CandidateName({ candidate }: { readonly candidate: number }) {
  return <Foreign text={shownName(useRun().candidates[candidate]!)} />;
}

export function CandidateLink({ candidate }: { readonly candidate: number }) {
  const { name } = useRun().candidates[candidate]!;
  return (
    <a href={formatRoute({ view: "candidate", candidate: name })}>
      <CandidateName candidate={candidate} />
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
  const one = run.candidates[candidate]!;
  return (
    <a href={formatRoute({ view: "attempt", candidate: one.name, task: run.tasks[task]!.name })}>
      <Foreign text={text ?? shownName(one)} />
    </a>
  );
}

/** A sentence in which parts between backticks are code. */
export function Sentence({ text }: { readonly text: string }) {
  return (
    <span class="foreign">
      {prose(printable(text)).map((span, place) =>
        typeof span === "string" ? span : <code key={place}>{span.code}</code>,
      )}
    </span>
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

interface NumberCellProps {
  /** The column's heading, which rows repeat on narrow screens. */
  readonly label: string;
  readonly text: string;
  readonly isStrong?: boolean;
  /** What follows in a softer colour: ` / 10`. */
  readonly more?: string;
}

export function NumberCell({ label, text, isStrong = false, more = "" }: NumberCellProps) {
  return (
    <td class={text === NOTHING ? "number blank" : "number"} data-label={label}>
      {isStrong ? <strong>{text}</strong> : text}
      {more !== "" && <span class="soft">{more}</span>}
    </td>
  );
}

/** The last cell of a row, with a sentence or nothing. */
export function RemarkCell({ text }: { readonly text: string }) {
  return <td class={text === "" ? "stretch soft blank" : "stretch soft"}>{text !== "" && <Foreign text={text} />}</td>;
}
