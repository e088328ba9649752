import stringWidth from "string-width";

/**
 * UTF-16 code units passed to `Intl.Segmenter` at a time. V8's takes quadratic time in a text's length (130 ms for 32 Ki
 * letters), as does `string-width`, which passes it the whole text.
 */
const WINDOW = 256;
const segmenter = new Intl.Segmenter();

// biome-ignore lint/suspicious/noControlCharactersInRegex: the purpose is to match them
const COLOURS = /\u001b\[[\d;]*m/g;

/** Terminal cells of a text, which may contain colour codes. */
export function cellsOf(text: string): number {
  // Most texts are ASCII: one cell a character.
  if (/^[ -~]*$/.test(text)) return text.length;
  if (text.length <= WINDOW) return stringWidth(text);
  let cells = 0;
  for (const clusters of windows(text.replace(COLOURS, ""))) cells += stringWidth(clusters.join(""));
  return cells;
}

/** The grapheme clusters of a text, in time linear in its length. */
export function* graphemes(text: string): Generator<string> {
  for (const clusters of windows(text)) yield* clusters;
}

/** The grapheme clusters of a text, in batches. */
function* windows(text: string): Generator<string[]> {
  let start = 0;
  let size = WINDOW;
  while (start < text.length) {
    let end = start + size;
    // Not within a surrogate pair.
    if ((text.codePointAt(end - 1) ?? 0) > 0xffff) end++;
    const segments = segmenter.segment(text.slice(start, end));
    // A larger window is for one long cluster only: the short ones after it would take quadratic time.
    const clusters = size === WINDOW ? Array.from(segments, ({ segment }) => segment) : [firstOf(segments)];
    const length = size === WINDOW ? end - start : clusters[0]!.length;
    const isWhole = start + length >= text.length || start + length < end;
    // A cluster at the window's end may continue past it: the next window begins with it. Boundaries stay the same,
    // since no rule for a boundary looks back beyond the previous one.
    const next = isWhole ? start + length : end - clusters.pop()!.length;
    size = next === start ? 2 * size : WINDOW;
    start = next;
    yield clusters;
  }
}

function firstOf(segments: Intl.Segments): string {
  for (const { segment } of segments) return segment;
  return "";
}
