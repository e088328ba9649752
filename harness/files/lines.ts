import { createReadStream } from "node:fs";

/** A line of a file, with its line feed if it has one. */
export interface Line {
  readonly text: string;
  readonly place: Place;
}

/** Where some bytes are in a file. */
export interface Place {
  readonly start: number;
  readonly length: number;
}

const LINE_FEED = 10;

/**
 * The lines of a UTF-8 text, each with its line feed if it has one: a file that was cut off ends without. Unlike
 * `readline`, keeps lines with carriage returns or U+2028 whole.
 *
 * @throws the file system's error
 */
export async function* linesOf(path: string): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let start = 0;
  const takeLine = (): Line => {
    const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    const line = { text: bytes.toString(), place: { start, length: bytes.length } };
    parts = [];
    start += bytes.length;
    return line;
  };
  for await (const part of createReadStream(path) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = part.indexOf(LINE_FEED); end >= 0; end = part.indexOf(LINE_FEED, from)) {
      parts.push(part.subarray(from, end + 1));
      from = end + 1;
      yield takeLine();
    }
    if (from < part.length) parts.push(part.subarray(from));
  }
  if (parts.length > 0) yield takeLine();
}
