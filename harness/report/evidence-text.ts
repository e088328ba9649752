import stringWidth from "string-width";
import { type ElementEvidence, type Evidence, shortNumber, type WrongElements } from "../judge/evidence.ts";
import { printable, printableLines } from "../submission/printable.ts";
import type { TextStyle } from "./text-style.ts";
import { cell, cut, wrap } from "./wrap.ts";

/** What was found out about a failure, for a terminal. */
export function evidenceText(evidence: Evidence, style: TextStyle): string {
  const { colors, width } = style;
  switch (evidence.kind) {
    case "wrong-elements":
      return wrongElementsText(evidence, style);
    case "lost-precision": {
      const ratio = shortNumber(Number(evidence.ratio.toPrecision(3)));
      const text = `The errors in \`${printable(evidence.output)}\` are ${ratio} times as large (as root mean square) as those of plain f32 arithmetic; ${evidence.limit} times are allowed.`;
      return wrap(text, width, "  ");
    }
    case "source": {
      const place = `${printable(evidence.file)}:${evidence.line}:${evidence.column}`;
      return `${colors.bold(place)}\n${frameText(evidence.frame, width)}`;
    }
    case "limit": {
      const seconds = shortNumber(Number((evidence.limitMs / 1000).toPrecision(2)));
      return wrap(`${printable(evidence.what)} was stopped after ${seconds} s.`, width, "  ");
    }
  }
}

function wrongElementsText(evidence: WrongElements, style: TextStyle): string {
  const { output, wrongCount, judgedCount, elementCount, neverWrittenCount, picture } = evidence;
  const { colors, width } = style;
  const checked = judgedCount < elementCount ? `${judgedCount} that were checked, of ${elementCount}` : elementCount;
  const name = printable(output);
  const lines = [
    ...elementTable(evidence).map((line) => cut(line, width)),
    wrap(`Wrong in \`${name}\`: ${wrongCount} of ${checked} elements.`, width, "  "),
  ];
  if (neverWrittenCount > 0) {
    const still = neverWrittenCount === 1 ? "1 was" : `${neverWrittenCount} were`;
    lines.push(wrap(`Never written: ${still} left as before the run.`, width, "  "));
  }
  if (picture.length > 0) {
    const isWhole = picture.join("").length >= elementCount;
    const legend = wrap(
      isWhole
        ? "# wrong, · right; the last axis runs to the right, the others down."
        : "One character for some elements: # all wrong, + some wrong, · right; the last axis runs to the right, the others down.",
      width,
      "  ",
    );
    const drawn = picture.map((line) => `    ${colorPicture(cut(printable(line), width - 4), style)}`);
    lines.push("", `${colors.bold(`Where \`${name}\` is wrong`)}`, ...drawn, colors.dim(legend));
  }
  return lines.join("\n");
}

function colorPicture(line: string, { colors }: TextStyle): string {
  return line.replace(/[#+]+/g, (wrong) => colors.red(wrong)).replace(/·+/g, (right) => colors.dim(right));
}

/** The first and the worst wrong element, one below the other. */
function elementTable({ output, first, worst }: WrongElements): string[] {
  const isOne = first.index.join() === worst.index.join();
  const rows = isOne
    ? [["first and worst", first] as const]
    : ([
        ["first", first],
        ["worst", worst],
      ] as const);
  const cells = [
    ["", "element", "expected", "got", "off by", "allowed"],
    ...rows.map(([name, element]) => [name, ...elementCells(output, element)]),
  ];
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => stringWidth(row[column]!))));
  return cells.map((row) => `  ${row.map((text, column) => cell(text, widths[column]!)).join("  ")}`.trimEnd());
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
  const isMarkSeen = mark === undefined || stringWidth(mark) <= width;
  return lines.map((line) => (isMarkSeen ? cut(line, width) : line)).join("\n");
}
