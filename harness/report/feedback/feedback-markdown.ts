import { printable } from "../../text/printable.ts";
import { pictureLegend } from "../terminal/evidence-text.ts";
import { type Part, type Prose, verdictMark } from "./page-parts.ts";
import { escapeMarkdown, markdownCode, markdownFence } from "./readable-markdown.ts";

/** A page as Markdown. */
export function markdownPage(parts: readonly Part[]): string {
  return `${parts
    .map(partText)
    .filter((text) => text !== "")
    .join("\n\n")}\n`;
}

function partText(part: Part): string {
  switch (part.kind) {
    case "heading":
      return `${"#".repeat(part.level)} ${inline(part.text)}`;
    case "verdict":
      return `**${verdictMark(part.verdict).sign} ${part.verdict}**: ${inline(part.text)}`;
    case "paragraph":
      return inline(part.text);
    case "list":
      return part.items.map((item) => `- ${inline(item)}`).join("\n");
    case "lines":
      return `${markdownCode(part.about)}\n\n${markdownFence(part.text)}`;
    case "table": {
      const head = part.columns.map(({ name }) => escapeMarkdown(name));
      const rule = part.columns.map(({ isNumber }) => (isNumber ? "---:" : "---"));
      const rows = part.rows.map((row) => row.map(cellText));
      return [head, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
    }
    case "picture": {
      const { evidence } = part;
      return `Where ${markdownCode(printable(evidence.output))} is wrong:\n\n${markdownFence(evidence.picture.map(printable).join("\n"))}\n\n${escapeMarkdown(pictureLegend(evidence))}`;
    }
    case "quartiles":
      // The sentence before says the same.
      return "";
  }
}

function inline(text: Prose): string {
  return text
    .map((span, index) => {
      if (typeof span !== "string") return markdownCode(span.code);
      return index === 0 ? escapeMarkdown(span) : escapeWithin(span);
    })
    .join("");
}

/** In a table, a bar ends a cell even inside code. */
function cellText(text: Prose): string {
  return text
    .map((span) => (typeof span === "string" ? escapeWithin(span) : markdownCode(span.code).replaceAll("|", "\\|")))
    .join("");
}

/** Text that does not begin a line. */
function escapeWithin(text: string): string {
  return escapeMarkdown(`x${text}`).slice(1);
}
