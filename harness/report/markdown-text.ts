import { printable, printableLines } from "../submission/printable.ts";

/**
 * Text as Markdown shows it, on one line: nothing in it can become a link, a mention, an image, HTML or structure. What
 * stands between backticks becomes code.
 */
export function markdownText(text: string): string {
  return printable(text)
    .split(/(`[^`]+`)/)
    .map((part, index) => (index % 2 === 0 ? markdownPlain(part) : markdownInlineCode(part.slice(1, -1))))
    .join("");
}

/**
 * As {@link markdownText}, with backticks as they are. CommonMark gives no meaning to what is written as a character
 * reference, and GitHub looks for `#1`, `www.` and `https:` before it reads those. It looks for `@name` afterwards, but
 * not in code.
 */
export function markdownPlain(text: string): string {
  return printable(text).replace(/[!-/:-@[-`{-~]/g, (character) => {
    const reference = `&#${character.codePointAt(0)};`;
    return character === "@" ? `<code>${reference}</code>` : reference;
  });
}

/** A name or a path, as code. */
export function markdownInlineCode(text: string): string {
  return `<code>${printable(text).replace(/[!-/:-@[-`{-~]/g, (character) => `&#${character.codePointAt(0)};`)}</code>`;
}

/** Lines of code, in a block that nothing in them can close. */
export function markdownCode(code: string, language = "text"): string {
  const longest = Math.max(0, ...[...code.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(Math.max(3, longest + 1));
  return `${fence}${language}\n${printableLines(code)}\n${fence}`;
}
