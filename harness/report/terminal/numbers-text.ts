import {
  type CaseNumbers,
  type ExpectedNumbers,
  numberText,
  type OutputNumbers,
  rowIndex,
  type TensorNumbers,
} from "../../results/case-numbers.ts";
import { cellsOf } from "../../text/cells.ts";
import type { TextStyle } from "../../text/text-style.ts";
import { cell, cut } from "../../text/wrap.ts";

interface Numbers extends Pick<CaseNumbers, "inputs"> {
  readonly outputs: Readonly<Record<string, ExpectedNumbers | OutputNumbers>>;
}

/** The inputs of a small case, and each output as expected and, if a kernel ran, as it wrote it, row by row. */
export function numbersText({ inputs, outputs }: Numbers, style: TextStyle): string {
  return [
    ...Object.entries(inputs).flatMap(([name, tensor]) => tensorLines(name, tensor, style)),
    ...Object.entries(outputs).flatMap(([name, output]) =>
      "got" in output
        ? outputLines(name, output, style)
        : tensorLines(name, { ...output, values: output.expected }, style, " expected"),
    ),
  ].join("\n");
}

function tensorLines(name: string, { dims, values }: TensorNumbers, { width }: TextStyle, about = ""): string[] {
  const texts = values.map(numberText);
  return rowsOf(texts, dims).map(({ label, row }) =>
    cut(`  ${cell(`${name}${label}${about}`, LABEL)}${cells(row, texts)}`, width),
  );
}

const LABEL = 22;

function outputLines(name: string, { dims, expected, got, wrong }: OutputNumbers, style: TextStyle): string[] {
  const marks = new Set(wrong);
  const [wanted, written] = [
    expected.map(numberText),
    got.map((value, at) => `${numberText(value)}${marks.has(at) ? "*" : ""}`),
  ];
  const all = [...wanted, ...written];
  const writtenRows = rowsOf(written, dims);
  return rowsOf(wanted, dims).flatMap(({ label, row, start }, at) => {
    const isWrong = row.some((_, column) => marks.has(start + column));
    const first = `  ${cell(`${name}${label} expected`, LABEL)}${cells(row, all)}`;
    const second = `  ${cell(`${" ".repeat(cellsOf(name + label))} got`, LABEL)}${cells(writtenRows[at]!.row, all)}`;
    const shown = cut(second, style.width);
    return [cut(first, style.width), isWrong ? style.colors.red(shown) : shown];
  });
}

interface Row {
  /** `[0,1]`: the indices of all axes but the last. */
  readonly label: string;
  readonly row: readonly string[];
  /** The index of its first element. */
  readonly start: number;
}

function rowsOf(values: readonly string[], dims: readonly number[]): Row[] {
  const length = dims.at(-1) ?? 1;
  return Array.from({ length: values.length / length }, (_, number) => {
    const index = rowIndex(number, dims);
    const start = number * length;
    return { label: index.length === 0 ? "" : `[${index.join(",")}]`, row: values.slice(start, start + length), start };
  });
}

function cells(row: readonly string[], all: readonly string[]): string {
  const width = Math.max(...all.map((one) => cellsOf(one)));
  return row.map((one) => cell(one, width, "right")).join(" ");
}
