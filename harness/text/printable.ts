// Control characters, and the marks that reorder or hide text (Unicode's "Trojan source" set): a terminal would obey
// them. Lone surrogates cannot be written as UTF-8.
const UNPRINTABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the purpose is to match them
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}/gu;

/** The text on one line; characters that a terminal would not show as they are become escapes such as `\u{1b}`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** As {@link printable}, but keeps line ends, and turns a tab into two spaces. */
export function printableLines(text: string): string {
  return text
    .split(/\r\n|\n/)
    .map((line) => printable(line.replaceAll("\t", "  ")))
    .join("\n");
}

/** At most `length` characters of the text, with an ellipsis if it was cut. */
export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
