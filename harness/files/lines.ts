import { createReadStream } from "node:fs";

/**
 * The lines of a UTF-8 text, each with its line feed if it has one: a file that was cut off ends without. Unlike
 * `readline`, keeps lines with carriage returns or U+2028 whole.
 *
 * @throws the file system's error
 */
export async function* linesOf(path: string): AsyncGenerator<string> {
  let parts: string[] = [];
  for await (const part of createReadStream(path, "utf8")) {
    const lines = String(part).split("\n");
    const last = lines.pop()!;
    for (const line of lines) {
      yield `${parts.join("")}${line}\n`;
      parts = [];
    }
    if (last !== "") parts.push(last);
  }
  if (parts.length > 0) yield parts.join("");
}
