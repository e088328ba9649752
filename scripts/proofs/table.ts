import { markdownTable as format } from "markdown-table";

/** A Markdown table; columns whose cells are numbers are aligned to the right. */
export function markdownTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const isNumeric = (column: number) => rows.every((cells) => /^(-?[\d.,]+( %)?|–|)$/.test(cells[column]!));
  const align = headings.map((_, column) => (isNumeric(column) ? "right" : null));
  return format([headings, ...rows], { align });
}
