import { group } from "d3-array";
import type { RosterEntry } from "../results/roster.ts";
import { printable, shorten } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";
import { settleClashes } from "./clashes.ts";
import type { CollectedEntry } from "./collected-file.ts";
import { type Draft, draftOf } from "./draft.ts";
import { moduleVariant } from "./file-names.ts";
import type { HandIn, OtherEntry } from "./hand-in.ts";
import { CommitTimes } from "./last-commit.ts";
import { recognise } from "./layouts.ts";
import { PeopleFinder } from "./match-people.ts";
import type { DownloadFile, DownloadFolder } from "./tree.ts";

export interface CollectOptions {
  readonly taskNames: readonly string[];
  /** Empty if there is none: folders then keep the names that they came under. */
  readonly roster: readonly RosterEntry[];
  /** An earlier mapping, edited by a person. It decides, except on its lines that are still unclear. */
  readonly mapping: readonly CollectedEntry[];
}

/** A candidate's folder that is to be. */
export interface CandidateCopy {
  readonly candidate: string;
  /** By path in the folder. */
  readonly files: ReadonlyMap<string, DownloadFile>;
}

/** Who maps to whom, before anything is copied. */
export interface CollectPlan {
  /** For people, such as "Canvas download". */
  readonly layout: string;
  /** Collected ones first, by candidate; then unclear and ignored ones. */
  readonly entries: readonly CollectedEntry[];
  readonly copies: readonly CandidateCopy[];
  /** On the roster, with no hand-in. */
  readonly absent: readonly RosterEntry[];
  /** Warnings, as sentences. */
  readonly remarks: readonly string[];
}

/**
 * Maps the hand-ins of a download to candidates. What cannot be mapped with certainty is left to a person.
 *
 * @throws UserError if the mapping names hand-ins that are not in the download, or files cannot be read
 */
export async function planCollection(download: DownloadFolder, options: CollectOptions): Promise<CollectPlan> {
  const { taskNames, roster, mapping } = options;
  const isModule = (name: string) => moduleVariant(name, taskNames) !== undefined;
  const { layout, handIns: found, others } = await recognise(download, isModule);
  const handIns = found.map((handIn) => chosenPart(handIn, mapping));
  if (handIns.length + others.length === 0) {
    throw new UserError("The download contains no hand-in.", "Check that it is complete.");
  }
  const lines = group(mapping, ({ from }) => from);
  refuseUnusable(mapping, handIns, others);
  const remarks: string[] = [];
  const finder = roster.length === 0 ? undefined : new PeopleFinder(roster);
  const times = new CommitTimes();
  const drafts: Draft[] = [];
  try {
    for (const handIn of handIns) {
      drafts.push(await draftOf(handIn, lines.get(handIn.from) ?? [], { taskNames, finder, times, remarks }));
    }
  } finally {
    await times.close();
  }
  await settleClashes(drafts);

  const otherEntries = others.map(({ from, reason, isSomebodys }): CollectedEntry => {
    const isIgnored = !isSomebodys || lines.get(from)?.[0]?.status === "ignored";
    return { ...EMPTY_ENTRY, from, status: isIgnored ? "ignored" : "unclear", note: reason };
  });
  const collected = drafts.filter(({ status }) => status === "collected");
  const present = new Set(
    collected.flatMap(({ candidate, matched }) => [candidate, ...matched.map((entry) => entry?.candidate)]),
  );
  return {
    layout,
    entries: [...drafts.flatMap(entriesOf), ...otherEntries].sort(byStatus),
    copies: collected.map(({ candidate, files }) => ({ candidate, files })),
    absent: roster.filter(({ candidate }) => !present.has(candidate)),
    remarks,
  };
}

const EMPTY_ENTRY: CollectedEntry = {
  candidate: "",
  from: "",
  received: "",
  late: "",
  name: "",
  email: "",
  login: "",
  id: "",
  status: "unclear",
  note: "",
};

/** The hand-in, or the folder in it that the mapping names in its place: `joan/monday` of `joan`. */
function chosenPart(handIn: HandIn, mapping: readonly CollectedEntry[]): HandIn {
  const start = `${handIn.from}/`;
  const line = mapping.find(({ from, status }) => from.startsWith(start) && status !== "ignored");
  const folder = line && folderAt(handIn.folder, line.from.slice(start.length).split("/"));
  return folder === undefined ? handIn : { ...handIn, from: line!.from, folder };
}

/** A folder by its path, from which single outer folders may be missing. */
function folderAt(folder: DownloadFolder, [name, ...rest]: readonly string[]): DownloadFolder | undefined {
  if (name === undefined) return folder;
  const folders = folder.children.filter((node) => node.kind === "folder");
  const wanted = folders.find((node) => [node.name, node.name.replace(/\.zip$/i, "")].map(printable).includes(name));
  if (wanted !== undefined) return folderAt(wanted, rest);
  return folder.children.length === 1 && folders.length === 1 ? folderAt(folders[0]!, [name, ...rest]) : undefined;
}

/** A line for what is no longer there would lose somebody silently; an ignored one may stay. */
function refuseUnusable(
  mapping: readonly CollectedEntry[],
  handIns: readonly HandIn[],
  others: readonly OtherEntry[],
): void {
  const known = new Set(handIns.map(({ from }) => from));
  const reasons = new Map(others.map(({ from, reason }) => [from, reason]));
  for (const { from, status, candidate } of mapping) {
    if (known.has(from) || status === "ignored" || candidate === "") continue;
    const reason = reasons.get(from);
    const shown = shorten(printable(from), 120);
    throw reason === undefined
      ? new UserError(
          `The mapping names \`${shown}\`, which is not in the download.`,
          "Correct its `from`, or delete its line.",
        )
      : new UserError(
          `The mapping collects \`${shown}\`, which cannot be copied. ${reason}`,
          "Write `ignored` as its status, and empty its candidate.",
        );
  }
}

function entriesOf(draft: Draft): CollectedEntry[] {
  const { handIn, status, received, isLate, notes, matched } = draft;
  const candidate = status === "collected" ? draft.candidate : "";
  return draft.people.map((person, index) => ({
    candidate,
    from: handIn.from,
    received,
    late: isLate ? "yes" : "",
    // The roster spells them as gradebooks do.
    name: matched[index]?.name || person.name,
    email: matched[index]?.email || person.email,
    login: person.login,
    id: person.id,
    status,
    note: notes.join(" "),
  }));
}

const STATUS_ORDER: readonly CollectedEntry["status"][] = ["collected", "unclear", "ignored"];

function byStatus(a: CollectedEntry, b: CollectedEntry): number {
  return (
    STATUS_ORDER.indexOf(a.status) - STATUS_ORDER.indexOf(b.status) ||
    compare(a.candidate, b.candidate) ||
    compare(a.from, b.from)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
