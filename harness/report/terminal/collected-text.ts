import { group } from "d3-array";
import type { CollectPlan } from "../../intake/collect.ts";
import type { CollectedEntry } from "../../intake/collected-file.ts";
import type { CopyOutcome } from "../../intake/copy.ts";
import { capital } from "../../text/capital.ts";
import { cellsOf } from "../../text/cells.ts";
import { count } from "../../text/count.ts";
import { printable } from "../../text/printable.ts";
import type { TextStyle } from "../../text/text-style.ts";
import { cell, wrap, wrapItems } from "../../text/wrap.ts";

const NAMES_SHOWN = 12;

/** Who maps to whom, and what a person has to decide, before anything is copied. */
export function mappingText({ layout, entries, absent, remarks }: CollectPlan, style: TextStyle): string {
  const { colors, width } = style;
  const handIns = [...group(entries, ({ from }) => from).values()];
  const withStatus = (status: CollectedEntry["status"]) => handIns.filter(([first]) => first!.status === status);
  const [collected, unclear, ignored] = [withStatus("collected"), withStatus("unclear"), withStatus("ignored")];
  const parts = [
    wrap(`${capital(layout)}: ${count(collected.length, "hand-in")} mapped, ${unclear.length} unclear.`, width),
  ];
  if (collected.length > 0) parts.push(table(collected, style));
  if (unclear.length > 0) {
    const lines = unclear.map((own) => `${wrap(own[0]!.from, width, "  ")}\n${wrap(own[0]!.note, width, "    ")}`);
    parts.push([colors.bold("Needs a person; not copied"), ...lines].join("\n"));
  }
  if (ignored.length > 0) {
    const items = ignored.map((own) => `${own[0]!.from}: ${own[0]!.note}`);
    parts.push([colors.bold("Ignored"), ...items.map((item) => wrap(item, width, "  ", "    "))].join("\n"));
  }
  if (absent.length > 0) {
    const names = absent.map(({ candidate, name }) => printable(name === "" ? candidate : `${candidate} (${name})`));
    parts.push(`${colors.bold("On the roster, without a mapped hand-in")}\n${wrapItems(names, width, "  ", "  ")}`);
  }
  parts.push(...remarks.map((remark) => wrap(remark, width)));
  return parts.join("\n\n");
}

function table(handIns: readonly (readonly CollectedEntry[])[], { colors, width }: TextStyle): string {
  const names = handIns.map(([first]) => printable(first!.candidate));
  const nameWidth = Math.min(Math.max(9, ...names.map(cellsOf)), 28);
  const indent = " ".repeat(nameWidth + 2);
  const rows = handIns.flatMap((own, index) => {
    const { from, late, received, note } = own[0]!;
    const facts = [own.map(whoText).filter(Boolean).join(" and "), received, late === "yes" ? "late" : ""].filter(
      Boolean,
    );
    const source = facts.length === 0 ? from : `${from} (${facts.join(", ")})`;
    const line = wrap(source, width, `${cell(names[index]!, nameWidth)}  `, indent);
    return note === "" ? [line] : [line, colors.dim(wrap(note, width, indent))];
  });
  return [colors.bold(`${cell("candidate", nameWidth)}  from`), ...rows].join("\n");
}

function whoText({ name, email }: CollectedEntry): string {
  return printable(name || email);
}

/** What was copied, and the next step. */
export function copiedText(
  outcome: CopyOutcome,
  { into, file, unclear }: { readonly into: string; readonly file: string; readonly unclear: number },
  { width }: TextStyle,
): string {
  const { copied, unchanged, replaced, moved, others, converted } = outcome;
  const sentences = [
    `Copied ${count(copied.length, "candidate")} into ${printable(into)}.`,
    unchanged.length === 0 ? "" : `${count(unchanged.length, "folder")} had the same files already.`,
    replaced.length === 0 ? "" : `Replaced: ${listed(replaced)}.`,
    ...moved.map(({ from, to }) => `The folder \`${printable(from)}\` is now \`${printable(to)}\`.`),
    others.length === 0 ? "" : `Not of this download, and left as they are: ${listed(others)}.`,
    converted.length === 0
      ? ""
      : `Converted to UTF-8: ${listed(converted.map(({ path, encoding }) => `${path} (${encoding})`))}.`,
  ];
  const next =
    unclear === 0
      ? `Wrote ${printable(file)}. Next: npx kernelmark grade ${printable(into)}`
      : `Wrote ${printable(file)}. ${count(unclear, "hand-in")} ${unclear === 1 ? "needs" : "need"} a person: write the candidate of each into that file, or \`ignored\` as its status, then repeat the command with --mapping ${printable(file)}.`;
  return `${wrap(sentences.filter(Boolean).join(" "), width)}\n${wrap(next, width)}`;
}

function listed(names: readonly string[]): string {
  const rest = names.length - NAMES_SHOWN;
  return `${names.slice(0, NAMES_SHOWN).map(printable).join(", ")}${rest > 0 ? ` and ${count(rest, "other")}` : ""}`;
}
