import { useState } from "preact/hooks";
import { printable } from "../../../text/printable.ts";
import type { SourceText } from "../index-data.ts";
import { Foreign } from "./names.tsx";

export interface PlaceMark {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

interface SourceViewProps {
  readonly files: readonly SourceText[];
  /** Offending places. */
  readonly marks: readonly PlaceMark[];
}

/** A candidate's files, one at a time, beginning with the one with the offending line. */
export function SourceView({ files, marks }: SourceViewProps) {
  const offending = files.findIndex(({ name }) => marks.some(({ file }) => file === name));
  const kernel = files.findIndex(({ name }) => name.endsWith(".wgsl"));
  const [shown, setShown] = useState(Math.max(offending >= 0 ? offending : kernel, 0));
  const file = files[shown]!;
  const lines = marks.filter((mark) => mark.file === file.name).map(({ line }) => line);
  return (
    <div class="source">
      <fieldset class="choice">
        <legend class="unseen">File</legend>
        {files.map(({ name }, place) => (
          <label key={name}>
            <input type="radio" name="file" checked={place === shown} onChange={() => setShown(place)} />
            <Foreign text={name} />
            {place === offending && (
              <span class="bad">
                {" "}
                <span aria-hidden="true">✗</span>
                <span class="unseen">has the offending line</span>
              </span>
            )}
          </label>
        ))}
      </fieldset>
      <CodeLines text={file.text} name={file.name} marked={(line) => lines.includes(line)} word="offending line" />
    </div>
  );
}

interface CodeLinesProps {
  readonly text: string;
  readonly name: string;
  /** Lines from 1. */
  readonly marked: (line: number) => boolean;
  /** The meaning of a marked line, for readers who cannot see the mark. */
  readonly word: string;
  /** The candidate, if the page shows files of several. */
  readonly owner?: string;
}

export function CodeLines({ text, name, marked, word, owner }: CodeLinesProps) {
  const lines = text.replace(/\r?\n$/, "").split(/\r\n|\n|\r/);
  const label = `Source of ${printable(name)}${owner === undefined ? "" : `, by ${printable(owner)}`}`;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable regions must be reachable by the keyboard
    <section class="code" tabIndex={0} aria-label={label}>
      <ol>
        {lines.map((line, place) => {
          const isMarked = marked(place + 1);
          return (
            <li key={place} class={isMarked ? "marked" : undefined}>
              {isMarked && <span class="unseen">{word}: </span>}
              <code>{printable(line.replaceAll("\t", "  ")) || " "}</code>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
