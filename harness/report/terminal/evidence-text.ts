import {
  type ElementEvidence,
  type Evidence,
  type LimitReached,
  type LostPrecision,
  type OutsideWrites,
  shortNumber,
  type WrongElements,
} from "../../results/evidence.ts";
import { cellsOf } from "../../text/cells.ts";
import { printable, printableLines } from "../../text/printable.ts";
import type { TextStyle } from "../../text/text-style.ts";
import { cell, cut, wrap } from "../../text/wrap.ts";

/** What was found out about a failure, for a terminal. */
export function evidenceText(evidence: Evidence, style: TextStyle): string {
  const { colors, width } = style;
  switch (evidence.kind) {
    case "wrong-elements":
      return wrongElementsText(evidence, style);
    case "outside-writes":
      return wrap(outsideSentence(evidence), width, "  ");
    case "lost-precision":
      return wrap(precisionSentence(evidence), width, "  ");
    case "source": {
      const place = `${printable(evidence.file)}:${evidence.line}:${evidence.column}`;
      return `${colors.bold(place)}\n${frameText(evidence.frame, width)}`;
    }
    case "limit":
      return wrap(limitSentence(evidence), width, "  ");
  }
}

/** Why writes outside are wrong even though every element may be right on this adapter. */
export function outsideSentence({ buffer, length, index }: OutsideWrites): string {
  return `Only indices below ${length} of \`${printable(buffer)}\` exist, and ${index} or beyond was written. WGSL lets such a write change any element, or none: what comes out depends on the adapter.`;
}

export function precisionSentence({ output, ratio, limit }: LostPrecision): string {
  const times = shortNumber(Number(ratio.toPrecision(3)));
  return `The errors in \`${printable(output)}\` are ${times} times as large (as root mean square) as those of plain f32 arithmetic; ${limit} times are allowed.`;
}

export function limitSentence({ what, limitMs }: LimitReached): string {
  return `${printable(what)} was stopped after ${shortNumber(Number((limitMs / 1000).toPrecision(2)))} s.`;
}

/** How many elements are wrong, and how many of them nothing has written. */
export function wrongCountSentences({
  output,
  wrongCount,
  judgedCount,
  elementCount,
  neverWrittenCount,
}: WrongElements): string[] {
  const checked = judgedCount < elementCount ? `${judgedCount} that were checked, of ${elementCount}` : elementCount;
  const sentences = [`Wrong in \`${printable(output)}\`: ${wrongCount} of ${checked} elements.`];
  if (neverWrittenCount > 0) {
    const still = neverWrittenCount === 1 ? "1 was" : `${neverWrittenCount} were`;
    sentences.push(`Never written: ${still} left as before the run.`);
  }
  return sentences;
}

function wrongElementsText(evidence: WrongElements, style: TextStyle): string {
  const { picture } = evidence;
  const { colors, width } = style;
  const name = printable(evidence.output);
  const lines = [
    ...elementTable(evidence).map((line) => cut(line, width)),
    ...wrongCountSentences(evidence).map((sentence) => wrap(sentence, width, "  ")),
  ];
  if (picture.length > 0) {
    const legend = wrap(pictureLegend(evidence), width, "  ");
    const drawn = picture.map((line) => `    ${colorPicture(cut(printable(line), width - 4), style)}`);
    lines.push("", `${colors.bold(`Where \`${name}\` is wrong`)}`, ...drawn, colors.dim(legend));
  }
  return lines.join("\n");
}

export function pictureLegend({ picture, elementCount }: WrongElements): string {
  return picture.join("").length >= elementCount
    ? "# wrong, · right; the last axis runs to the right, the others down."
    : "One character for some elements: # all wrong, + some wrong, · right; the last axis runs to the right, the others down.";
}

function colorPicture(line: string, { colors }: TextStyle): string {
  return line.replace(/[#+]+/g, (wrong) => colors.red(wrong)).replace(/·+/g, (right) => colors.dim(right));
}

/** The first and the worst wrong element, one below the other. */
function elementTable(evidence: WrongElements): string[] {
  const cells = [["", ...ELEMENT_COLUMNS], ...elementRows(evidence)];
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => cellsOf(row[column]!))));
  return cells.map((row) => `  ${row.map((text, column) => cell(text, widths[column]!)).join("  ")}`.trimEnd());
}

/** What {@link elementRows} tells of an element, behind which one it is. */
export const ELEMENT_COLUMNS = ["element", "expected", "got", "off by", "allowed"] as const;

/** The first and the worst wrong element, as the rows of a table. */
export function elementRows({ output, first, worst }: WrongElements): string[][] {
  const isOne = first.index.join() === worst.index.join();
  const rows = isOne
    ? [["first and worst", first] as const]
    : ([
        ["first", first],
        ["worst", worst],
      ] as const);
  return rows.map(([name, element]) => [name, ...elementCells(output, element)]);
}

function elementCells(output: string, { index, expected, got, bound }: ElementEvidence): string[] {
  const error = Math.abs(Number(got) - Number(expected));
  const short = (value: number) => (Number.isNaN(value) ? "-" : shortNumber(Number(value.toPrecision(2))));
  return [
    `${printable(output)}[${index.join(",")}]`,
    shortNumber(expected),
    shortNumber(got),
    short(error),
    short(bound),
  ];
}

/** Lines of code are cut rather than wrapped, so that the mark stays under its place, unless that would be cut off. */
function frameText(frame: string, width: number): string {
  const lines = printableLines(frame).split("\n");
  const mark = lines.find((line) => /^[\s|]*\^+\s*$/.test(line));
  const isMarkSeen = mark === undefined || cellsOf(mark) <= width;
  return lines.map((line) => (isMarkSeen ? cut(line, width) : line)).join("\n");
}
