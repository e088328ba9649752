import type { FrozenState } from "../../run/frozen-run.ts";
import { count } from "../../text/count.ts";
import { printable } from "../../text/printable.ts";
import type { TextStyle } from "../../text/text-style.ts";
import { wrap } from "../../text/wrap.ts";

/** The output of `kernelmark freeze`. */
export function frozenText(
  run: string,
  { files, checksum }: Pick<FrozenState, "files" | "checksum">,
  { width }: TextStyle,
): string {
  return [
    wrap(`Froze ${printable(run)}: SHA256SUMS lists ${count(files, "file")} with their checksums.`, width),
    `${checksum}  SHA256SUMS`,
    wrap("Note this checksum elsewhere: it proves later that nobody has rewritten the list.", width),
  ].join("\n");
}

/** The output of `kernelmark freeze --check`: each file that differs, and their numbers. */
export function frozenStateText(run: string, state: FrozenState, { colors, width }: TextStyle): string {
  const { files, checksum, changed, deleted, added } = state;
  const lines = [
    ...changed.map((name) => `${colors.red("changed")}  ${printable(name)}`),
    ...deleted.map((name) => `${colors.red("deleted")}  ${printable(name)}`),
    ...added.map((name) => `${colors.yellow("added")}    ${printable(name)}`),
  ];
  const parts = [
    ...(changed.length > 0 ? [`${changed.length} changed`] : []),
    ...(deleted.length > 0 ? [`${deleted.length} deleted`] : []),
    ...(added.length > 0 ? [`${added.length} added`] : []),
  ];
  const outcome =
    lines.length === 0
      ? `Nothing in ${printable(run)} has changed since it was frozen: ${count(files, "file")}.`
      : `${printable(run)} has changed since it was frozen, with ${count(files, "file")}: ${parts.join(", ")}.`;
  return [...lines, ...(lines.length > 0 ? [""] : []), wrap(outcome, width), `${checksum}  SHA256SUMS`].join("\n");
}
