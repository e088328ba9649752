import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
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
  const map = new TraceMap(sourceMap);
  const prefix = `${CANDIDATE_NAMESPACE}:`;
  for (const [, line, column] of frames) {
    const found = originalPositionFor(map, { line: Number(line), column: Number(column) - 1 });
    if (found.source === null || !found.source.startsWith(prefix)) continue;
    const text = map.sourcesContent?.[map.sources.indexOf(found.source)];
    if (text == null) continue;
    const place = { line: found.line, column: found.column + 1 };
    const file = shorten(printable(found.source.slice(prefix.length)), 255);
    return { file, ...place, frame: codeFrame(text, place.line, place.column) };
  }
  return undefined;
}
