/**
 * Text that shows itself in Markdown and is nothing but text, as `markdownText` gives it; but feedback is also read as it
 * is written, in an editor or a mail, so no more is escaped than must be.
 */
export function escapeMarkdown(text: string): string {
  return (
    text
      .replace(/[\r\n]+/g, " ")
      // Four spaces begin a block of code.
      .replace(/^ +/, "")
      .replace(/[\\`*_[\]<>&~|$]/g, "\\$&")
      // What begins a heading, a list, a quotation or a rule where it begins a line.
      .replace(/^[#+\-=:]/, "\\$&")
      .replace(/^(\d+)([.)])(?=\s|$)/, "$1\\$2")
      // GitHub makes links of addresses, and tells people who are named.
      .replace(/(https?|ftp|mailto|xmpp)(:)/gi, "$1\\$2")
      .replace(/www\./gi, (www) => `${www.slice(0, 3)}\\.`)
      .replace(/@/g, "&#64;")
  );
}

/** Text as code within a line. */
export function markdownCode(text: string): string {
  const line = text.replace(/[\r\n]+/g, " ");
  const fence = "`".repeat(longestRun(line) + 1);
  const space = /^`|`$|^ .* $/.test(line) || line === "" ? " " : "";
  return `${fence}${space}${line === "" ? " " : line}${space}${fence}`;
}

/** Lines as a block of code: its fence is longer than any in it. */
export function markdownFence(text: string): string {
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}text\n${text}\n${fence}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
