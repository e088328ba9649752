import { printable, printableLines } from "../../text/printable.ts";

/** Every ASCII symbol with a meaning in some Markdown. */
const SYMBOLS = /[!-&(-+\--:<-@[-`{-~]/g;

/**
 * Escapes text for Markdown, on one line: nothing in it can become a link, a mention, an image, HTML or structure. Text
 * between backticks becomes code.
 */
export function markdownText(text: string): string {
  return printable(text)
    .split(/(`[^`]+`)/)
    .map((part, index) => (index % 2 === 0 ? markdownPlain(part) : markdownInlineCode(part.slice(1, -1))))
    .join("");
}

/** A name or a path, as code. */
export function markdownInlineCode(text: string): string {
  return `<code>${printable(text).replace(SYMBOLS, characterReference)}</code>`;
}

/**
 * CommonMark gives no meaning to characters written as references, and GitHub looks for `#1`, `www.` and `https:` before
 * it decodes them. It looks for `@name` afterwards, but not in code.
 */
function markdownPlain(text: string): string {
  return text.replace(SYMBOLS, (character) => {
    const reference = characterReference(character);
    return character === "@" ? `<code>${reference}</code>` : reference;
  });
}

function characterReference(character: string): string {
  return `&#${character.codePointAt(0)};`;
}

/** Lines of code, in a block that nothing in them can close. */
export function markdownCode(code: string): string {
  const longest = Math.max(0, ...[...code.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(Math.max(3, longest + 1));
  return `${fence}text\n${printableLines(code)}\n${fence}`;
}
