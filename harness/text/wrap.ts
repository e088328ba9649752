import { cellsOf, graphemes } from "./cells.ts";

/**
 * Breaks a paragraph into lines between words.
 *
 * @param width terminal cells in a line, including the indent; a wider word gets a line of its own
 * @param first prefix of the first line
 * @param rest prefix of the others; as many spaces as `first` is wide by default
 */
export function wrap(text: string, width: number, first = "", rest = " ".repeat(cellsOf(first))): string {
  const lines: string[] = [];
  let line = first;
  let cells = cellsOf(first);
  let isEmpty = true;
  for (const word of text.split(/\s+/).filter((part) => part !== "")) {
    const wordCells = cellsOf(word);
    if (!isEmpty && cells + 1 + wordCells > width) {
      lines.push(line);
      line = rest;
      cells = cellsOf(rest);
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    cells += isEmpty ? wordCells : 1 + wordCells;
    isEmpty = false;
  }
  return [...lines, line].join("\n");
}

/**
 * Breaks a list into lines between its items, with semicolons; within an item only if it is wider than a line.
 *
 * @param first prefix of the first line
 * @param rest prefix of the others
 */
export function wrapItems(items: readonly string[], width: number, first: string, rest: string): string {
  const lines: string[] = [];
  let line = first;
  for (const [index, item] of items.entries()) {
    const text = index < items.length - 1 ? `${item};` : item;
    const isEmpty = line === first || line === rest;
    if (!isEmpty && cellsOf(line) + 1 + cellsOf(text) > width) {
      lines.push(line);
      line = rest;
    }
    const start = line === first || line === rest ? line : `${line} `;
    const wrapped = wrap(text, width, start, rest).split("\n");
    lines.push(...wrapped.slice(0, -1));
    line = wrapped.at(-1)!;
  }
  return [...lines, line].join("\n");
}

/** As {@link wrap}, for Markdown: keeps indented lines and tables as they are, and wraps each item of a list. */
export function wrapMarkdown(text: string, width: number): string {
  return text
    .split(/\n{2,}/)
    .map((block) => {
      if (/^( {4}|\t|[|#>])/.test(block)) return block;
      if (!LIST_ITEM.test(block)) return wrap(block, width);
      return block
        .split(/\n(?=\d+\. |[-*] )/)
        .map((item) => wrapListItem(item, width))
        .join("\n");
    })
    .join("\n\n");
}

const LIST_ITEM = /^(?:\d+\.|[-*]) +/;

function wrapListItem(item: string, width: number): string {
  const marker = LIST_ITEM.exec(item)![0];
  return wrap(item.slice(marker.length), width, marker);
}

/** A table's cell: text that is too wide is cut, narrower text is padded with spaces. */
export function cell(text: string, width: number, align: "left" | "right" = "left"): string {
  const short = cut(text, width);
  const space = " ".repeat(width - cellsOf(short));
  return align === "left" ? short + space : space + short;
}

/** Cuts text wider than a column, with an ellipsis. */
export function cut(text: string, width: number): string {
  let short = "";
  let cells = 0;
  for (const cluster of graphemes(text)) {
    cells += cellsOf(cluster);
    if (cells > width) return `${short}…`;
    if (cells < width) short += cluster;
  }
  return text;
}
