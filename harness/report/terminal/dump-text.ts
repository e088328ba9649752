import { type BufferDump, numberText } from "../../results/case-numbers.ts";
import { cellsOf } from "../../text/cells.ts";
import { printable } from "../../text/printable.ts";
import type { TextStyle } from "../../text/text-style.ts";
import { cell, wrap } from "../../text/wrap.ts";

/** More elements are left to `--json`. */
const MOST_SHOWN = 64;
const MOST_PER_LINE = 8;
/** Of an element that was not written. */
const UNWRITTEN = "·";

/** A buffer after some passes, with the index of each line's first element. */
export function dumpText(dump: Exclude<BufferDump, { problem: string }>, where: string, style: TextStyle): string {
  const { buffer, afterPass, passCount, type, elementCount, values } = dump;
  const name = printable(buffer);
  const pass = passCount === 1 ? "its pass" : `pass ${afterPass} of ${passCount}`;
  const about = `after ${pass}, on ${where}: ${elementCount} ${type}`;
  const shown = values.slice(0, MOST_SHOWN).map((value) => (value === null ? UNWRITTEN : numberText(value)));
  const width = Math.max(...shown.map((one) => cellsOf(one)));
  const label = cellsOf(`${name}[${shown.length}]`);
  const room = Math.floor((style.width - label - 3) / (width + 1));
  const perLine = Math.max(1, Math.min(MOST_PER_LINE, 2 ** Math.floor(Math.log2(Math.max(1, room)))));
  const lines = Array.from({ length: Math.ceil(shown.length / perLine) }, (_, line) => {
    const row = shown.slice(line * perLine, (line + 1) * perLine);
    const start = cell(`${name}[${line * perLine}]`, label);
    return `  ${start} ${row.map((one) => cell(one, width, "right")).join(" ")}`;
  });
  const rest = elementCount - shown.length;
  if (rest > 0) lines.push(style.colors.dim(wrap(`… ${rest} more; --json has the first 4096.`, style.width, "  ")));
  if (values.slice(0, MOST_SHOWN).includes(null)) lines.push(style.colors.dim(`  ${UNWRITTEN} not written`));
  return [wrap(about, style.width, `${style.colors.bold(`\`${name}\``)} `, "  "), ...lines].join("\n");
}
