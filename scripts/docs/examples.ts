import { UserError } from "../../harness/text/user-error.ts";

/** An example of output in a Markdown page: a marker, and the fenced block after it. */
export interface Example {
  /** The command, such as `npx kernelmark check submissions/plain/softmax.ts`. */
  readonly command: string;
  /** Number of paragraphs shown; all by default. */
  readonly paragraphs: number | undefined;
  /** The block's lines, fences included, as indices into the page's: first and one past the last. */
  readonly from: number;
  readonly to: number;
  /** The block's text. */
  readonly text: string;
}

/** `<!-- output: npx kernelmark … -->`, or `<!-- output, first 2 paragraphs: npx kernelmark … -->`. */
const MARKER = /^<!-- output(?:, first (?:(\d+) paragraphs|paragraph))?: (npx kernelmark .*) -->$/;
const FENCE = "```";

/** A change to a file of the page's folder, made before the examples below it run. */
export interface PageEdit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** The marker's line, as an index into the page's. */
  readonly line: number;
}

/** `<!-- edit tasks/mine/task.ts: "from" → "to" -->`, texts as JSON. */
const EDIT = /^<!-- edit (\S+): ("(?:[^"\\]|\\.)*") → ("(?:[^"\\]|\\.)*") -->$/;

export function findEdits(page: string): PageEdit[] {
  return page.split("\n").flatMap((text, line) => {
    const [, file, from, to] = EDIT.exec(text) ?? [];
    return file === undefined ? [] : [{ file, from: JSON.parse(from!), to: JSON.parse(to!), line }];
  });
}

/**
 * Finds the examples of a page.
 *
 * @throws UserError for a marker without a block, and for output that has no marker
 */
export function findExamples(page: string, name: string): Example[] {
  const lines = page.split("\n");
  const examples: Example[] = [];
  for (let index = 0; index < lines.length; index++) {
    const place = `${name}:${index + 1}`;
    const line = lines[index]!;
    if (/^\s*\$ npx kernelmark /.test(line)) {
      throw new UserError(
        `${place}: the output has no marker.`,
        `Put \`<!-- output: ${line.trim().slice(2)} -->\` above.`,
      );
    }
    if (!line.startsWith("<!-- output")) continue;
    const marker = MARKER.exec(line);
    if (marker === null) throw new UserError(`${place}: the marker cannot be read.`, "See scripts/docs/examples.ts.");
    const end = lines.indexOf(FENCE, index + 2);
    if (!lines[index + 1]?.startsWith(FENCE) || end === -1) {
      throw new UserError(`${place}: no fenced block follows the marker.`, "Add an empty one, and run `npm run docs`.");
    }
    const [, count, command] = marker;
    examples.push({
      command: command!,
      paragraphs: line.includes(", first") ? Number(count ?? 1) : undefined,
      from: index + 1,
      to: end + 1,
      text: lines.slice(index + 2, end).join("\n"),
    });
    index = end;
  }
  return examples;
}

/** The block's text for this output. */
export function exampleText({ command, paragraphs }: Pick<Example, "command" | "paragraphs">, output: string): string {
  const shown = output.trimEnd().split("\n\n").slice(0, paragraphs).join("\n\n");
  return `$ ${command}\n${shown}`;
}

/** The page with new texts in its examples' blocks. */
export function withTexts(page: string, examples: readonly Example[], texts: readonly string[]): string {
  const lines = page.split("\n");
  for (const [index, { from, to }] of [...examples.entries()].toReversed()) {
    lines.splice(from, to - from, `${FENCE}text`, ...texts[index]!.split("\n"), FENCE);
  }
  return lines.join("\n");
}

/**
 * The text with everything that varies by machine and run replaced: times and ratios, dates, adapters, and the columns
 * that these widen.
 */
export function withoutVariation(text: string): string {
  return text
    .replace(/\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?)?/g, "<date>")
    .replace(/\b(?:SwiftShader|llvmpipe|lavapipe)\b(?: driver)?(?: [\d.]+\b| \([^)]*\))?/gi, "<adapter>")
    .replace(
      /\b(?:less than )?\d[\d.,]*(?: ?(?:ns|µs|ms|s|MB|MiB|GB\/s|GFLOP\/s|%|times)(?![\w/])|[x×]\b)/g,
      "<figure>",
    )
    .replace(/ +/g, " ");
}
