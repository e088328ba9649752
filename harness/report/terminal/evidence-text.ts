import {
  type ElementEvidence,
  type Evidence,
  expectedValues,
  gotValue,
  type LimitReached,
  type LostPrecision,
  type OutsideWrites,
  type SourcePlace,
  shortNumber,
  type WrongElements,
} from "../../results/evidence.ts";
import { cellsOf } from "../../text/cells.ts";
import { count } from "../../text/count.ts";
import { printable, printableLines } from "../../text/printable.ts";
import type { TextStyle } from "../../text/text-style.ts";
import { cell, cut, wrap } from "../../text/wrap.ts";

/** The evidence of a failure, for a terminal. */
export function evidenceText(evidence: Evidence, style: TextStyle): string {
  const { colors, width } = style;
  switch (evidence.kind) {
    case "wrong-elements":
      return wrongElementsText(evidence, style);
    case "outside-writes":
      return wrap(outsideSentence(evidence), width, "  ");
    case "lost-precision":
      return wrap(precisionSentence(evidence), width, "  ");
    case "source":
      return `${colors.bold(placeOf(evidence))}\n${frameText(evidence.frame, width)}`;
    case "limit":
      return wrap(limitSentence(evidence), width, "  ");
  }
}

/**
 * A compiler's message at its place, as compilers print it: `softmax.wgsl:26:12: unresolved value`, in one line, which
 * problem matchers of editors read (vscode-tasks.ts). A longer message follows in full.
 */
export function sourceText(evidence: SourcePlace, message: string, { colors, width }: TextStyle): string {
  const place = placeOf(evidence);
  const lines = printableLines(message).split("\n");
  const line = `${place}: ${lines[0]}`;
  const isWhole = lines.length === 1 && cellsOf(line) <= width;
  const shown = cut(line, width);
  const first = colors.bold(shown.slice(0, place.length)) + shown.slice(place.length);
  const whole = isWhole ? [] : lines.map((one) => wrap(one, width, "  "));
  return [first, ...whole, frameText(evidence.frame, width)].join("\n");
}

function placeOf({ file, line, column }: SourcePlace): string {
  return `${printable(file)}:${line}:${column}`;
}

/** Out-of-bounds writes are wrong even if every element is correct on this adapter. */
export function outsideSentence({ buffer, length, index }: OutsideWrites): string {
  return `\`${printable(buffer)}\` has only indices below ${length}, but the kernel wrote to index ${index} or beyond. In WGSL such a write may change any element or none, so results depend on the adapter.`;
}

export function precisionSentence({ output, ratio, limit }: LostPrecision): string {
  const times = shortNumber(Number(ratio.toPrecision(3)));
  return `The errors in \`${printable(output)}\` are ${times} times as large (root mean square) as those of f32 arithmetic; the limit is ${limit} times.`;
}

export function limitSentence({ what, limitMs }: LimitReached): string {
  return `${printable(what)} was stopped after ${shortNumber(Number((limitMs / 1000).toPrecision(2)))} s.`;
}

/** The number of wrong elements, and of those never written. */
export function wrongCountSentences({
  output,
  wrongCount,
  judgedCount,
  elementCount,
  neverWrittenCount,
}: WrongElements): string[] {
  const elements = count(elementCount, "element");
  const checked = judgedCount < elementCount ? `${judgedCount} checked, of ${elements}` : elements;
  const sentences = [`Wrong in \`${printable(output)}\`: ${wrongCount} of ${checked}.`];
  if (neverWrittenCount > 0) {
    sentences.push(`Never written: ${neverWrittenCount} of these.`);
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
    const rows = picture.map((line) => `    ${colorPicture(cut(printable(line), width - 4), style)}`);
    lines.push("", `${colors.bold(`Where \`${name}\` is wrong`)}`, ...rows, colors.dim(legend));
  }
  return lines.join("\n");
}

export function pictureLegend({ picture, elementCount }: WrongElements): string {
  return picture.join("").length >= elementCount
    ? "# wrong, · correct; last axis across, others down."
    : "One character for several elements: # all wrong, + some wrong, · correct; last axis across, others down.";
}

function colorPicture(line: string, { colors }: TextStyle): string {
  return line.replace(/[#+]+/g, (wrong) => colors.red(wrong)).replace(/·+/g, (correct) => colors.dim(correct));
}

/** The first and the worst wrong element, one below the other. */
function elementTable(evidence: WrongElements): string[] {
  const cells = [["", ...ELEMENT_COLUMNS], ...elementRows(evidence)];
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => cellsOf(row[column]!))));
  return cells.map((row) => `  ${row.map((text, column) => cell(text, widths[column]!)).join("  ")}`.trimEnd());
}

/** The columns of {@link elementRows} after the first, which names the element. */
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

function elementCells(output: string, element: ElementEvidence): string[] {
  const { index, expected, got, bound } = element;
  const error = Math.abs(Number(got) - Number(expected));
  const short = (value: number) => (Number.isNaN(value) ? "-" : shortNumber(Number(value.toPrecision(2))));
  return [
    `${printable(output)}[${index.join(",")}]`,
    expectedValues(element),
    gotValue(element),
    short(error),
    short(bound),
  ];
}

/** Cuts lines of code instead of wrapping them, to keep the mark under its place; if the mark would be cut off, leaves them whole. */
function frameText(frame: string, width: number): string {
  const lines = printableLines(frame).split("\n");
  const mark = lines.find((line) => /^[\s|]*\^+\s*$/.test(line));
  const isMarkSeen = mark === undefined || cellsOf(mark) <= width;
  return lines.map((line) => (isMarkSeen ? cut(line, width) : line)).join("\n");
}
