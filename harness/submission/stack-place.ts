import { SourceMap, type SourceMapPayload } from "node:module";
import { codeFrame, type Place } from "../text/code-frame.ts";
import { printable, shorten } from "../text/printable.ts";
import { CANDIDATE_NAMESPACE } from "./bundle-format.ts";

/**
 * Finds the first place in a candidate's own file that a stack trace of the bundled script names.
 *
 * @param stack as the sandbox's engine writes it, lines and columns from 1
 * @param sourceMap of the bundle, as JSON, with the sources in it
 */
export function stackPlace(stack: string, sourceMap: string): Place | undefined {
  const frames = [...stack.matchAll(/submission\.js:(\d+):(\d+)/g)];
  if (frames.length === 0) return undefined;
  const payload = JSON.parse(sourceMap) as SourceMapPayload;
  const map = new SourceMap(payload);
  for (const [, line, column] of frames) {
    const entry = map.findEntry(Number(line) - 1, Number(column) - 1);
    if (!("originalSource" in entry)) continue;
    const index = payload.sources.indexOf(entry.originalSource);
    const text = payload.sourcesContent[index];
    const prefix = `${CANDIDATE_NAMESPACE}:`;
    if (text === undefined || !entry.originalSource.startsWith(prefix)) continue;
    const place = { line: entry.originalLine + 1, column: entry.originalColumn + 1 };
    const file = shorten(printable(entry.originalSource.slice(prefix.length)), 255);
    return { file, ...place, frame: codeFrame(text, place.line, place.column) };
  }
  return undefined;
}
