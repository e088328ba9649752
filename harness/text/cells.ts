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
  for (let start = 0; start < text.length; ) {
    const end = windowEnd(text, start, WINDOW);
    const clusters = Array.from(segmenter.segment(text.slice(start, end)), ({ segment }) => segment);
    // A cluster at the window's end may continue past it: the next window begins with it. Boundaries stay the same,
    // since no rule for a boundary looks back beyond the previous one.
    if (end < text.length) clusters.pop();
    if (clusters.length === 0) clusters.push(longCluster(text, start));
    yield clusters;
    start += clusters.reduce((sum, { length }) => sum + length, 0);
  }
}

/** A cluster that fills a window. Only it is read of larger windows: the short ones after it would take quadratic time. */
function longCluster(text: string, start: number): string {
  for (let size = 2 * WINDOW; ; size *= 2) {
    const end = windowEnd(text, start, size);
    const { segment } = segmenter.segment(text.slice(start, end)).containing(0)!;
    if (start + segment.length < end || end >= text.length) return segment;
  }
}

/** Not within a surrogate pair. */
function windowEnd(text: string, start: number, size: number): number {
  const end = start + size;
  return (text.codePointAt(end - 1) ?? 0) > 0xffff ? end + 1 : end;
}
