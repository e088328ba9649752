import stringWidth from "string-width";

/**
 * Breaks a paragraph into lines between words.
 *
 * @param width terminal cells in a line, indent and all; a word that is wider stands alone in its line
 * @param first what the first line begins with
 * @param rest what the others begin with; as many spaces as `first` is wide by default
 */
export function wrap(text: string, width: number, first = "", rest = " ".repeat(stringWidth(first))): string {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(/\s+/).filter((part) => part !== "")) {
    if (!isEmpty && stringWidth(line) + 1 + stringWidth(word) > width) {
      lines.push(line);
      line = rest;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line].join("\n");
}

/** As {@link wrap}, for Markdown: indented lines, lists and tables stay as they are. */
export function wrapMarkdown(text: string, width: number): string {
  return text
    .split(/\n{2,}/)
    .map((block) => (/^( {4}|\t|[-*|#>]|\d+\.)/.test(block) ? block : wrap(block, width)))
    .join("\n\n");
}

/** A table's cell: text that is too wide is cut, and spaces fill up what is narrower. */
export function cell(text: string, width: number, align: "left" | "right" = "left"): string {
  const short = cut(text, width);
  const space = " ".repeat(width - stringWidth(short));
  return align === "left" ? short + space : space + short;
}

/** Cuts text that is wider than a column, with an ellipsis. */
export function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let short = "";
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(short + segment) > width - 1) break;
    short += segment;
  }
  return `${short}…`;
}
