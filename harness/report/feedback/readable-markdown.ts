/**
 * Escapes text for Markdown, as `markdownText` does; but feedback is also read unrendered, in an editor or a mail, so
 * only the necessary characters are escaped.
 */
export function escapeMarkdown(text: string): string {
  return (
    text
      .replace(/[\r\n]+/g, " ")
      // Four spaces begin a block of code.
      .replace(/^ +/, "")
      .replace(/[\\`*_[\]<>&~|$]/g, "\\$&")
      // These begin a heading, a list, a quotation or a rule at the start of a line.
      .replace(/^[#+\-=:]/, "\\$&")
      .replace(/^(\d+)([.)])(?=\s|$)/, "$1\\$2")
      // GitHub turns addresses into links, and notifies people who are mentioned.
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

/** Lines as a block of code, with a fence longer than any inside. */
export function markdownFence(text: string): string {
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}text\n${text}\n${fence}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
