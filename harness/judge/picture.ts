const LINES = 12;
const COLUMNS = 48;

/**
 * The wrong places of an output as text: the last axis across, all others down, a group of elements per character.
 *
 * @param sizes of the output's axes
 * @param isWrong for each element, row-major
 */
export function wrongPicture(sizes: readonly number[], isWrong: Uint8Array): string[] {
  const columns = sizes.at(-1)!;
  const rows = isWrong.length / columns;
  const lines = Math.min(LINES, rows);
  const width = Math.min(COLUMNS, columns);
  const picture: string[] = [];
  for (let line = 0; line < lines; line++) {
    let text = "";
    for (let place = 0; place < width; place++) {
      text += character(isWrong, columns, span(line, lines, rows), span(place, width, columns));
    }
    picture.push(text);
  }
  return picture;
}

type Span = readonly [from: number, to: number];

/** The items in the `part`th of `parts` equal parts of `total`. */
function span(part: number, parts: number, total: number): Span {
  return [Math.floor((part * total) / parts), Math.floor(((part + 1) * total) / parts)];
}

function character(isWrong: Uint8Array, columns: number, [top, bottom]: Span, [left, right]: Span): string {
  let wrong = 0;
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) wrong += isWrong[row * columns + column]!;
  }
  if (wrong === 0) return "·";
  return wrong === (bottom - top) * (right - left) ? "#" : "+";
}
