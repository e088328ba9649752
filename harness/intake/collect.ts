import { createHash } from "node:crypto";
import { group } from "d3-array";
import type { RosterEntry } from "../results/roster.ts";
import { candidateNameProblem } from "../submission/file-name.ts";
import { printable, shorten } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";
import { type CollectedEntry, foldName } from "./collected-file.ts";
import { moduleVariant } from "./file-names.ts";
import type { HandIn, OtherEntry, Person } from "./hand-in.ts";
import { CommitTimes } from "./last-commit.ts";
import { recognise } from "./layouts.ts";
import { PeopleFinder } from "./match-people.ts";
import { type PreparedFiles, prepareFiles } from "./prepare-files.ts";
import type { DownloadFile, DownloadFolder, DownloadNode } from "./tree.ts";

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

/** A hand-in on its way to a candidate. */
interface Draft {
  readonly handIn: HandIn;
  readonly people: readonly Person[];
  readonly prepared: PreparedFiles;
  candidate: string;
  status: CollectedEntry["status"];
  /** Whether a person mapped it. */
  readonly isDecided: boolean;
  /** Roster entries of its people. */
  readonly matched: readonly RosterEntry[];
  received: string;
  readonly isLate: boolean;
  readonly notes: string[];
}

/**
 * Maps the hand-ins of a download to candidates. What cannot be mapped with certainty is left to a person.
 *
 * @throws UserError if the mapping names hand-ins that are not in the download, or files cannot be read
 */
export async function planCollection(download: DownloadFolder, options: CollectOptions): Promise<CollectPlan> {
  const { taskNames, roster, mapping } = options;
  const isModule = (name: string) => moduleVariant(name, taskNames) !== undefined;
  const { layout, handIns, others } = await recognise(download, isModule);
  if (handIns.length + others.length === 0) {
    throw new UserError("Nothing that anyone handed in is in the download.", "Check that it is complete.");
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
  distinguishPeople(drafts);
  await askAboutClashes(drafts);
  for (const draft of drafts) askAboutName(draft);

  const otherEntries = others.map(({ from, reason, isSomebodys }): CollectedEntry => {
    const isIgnored = !isSomebodys || lines.get(from)?.[0]?.status === "ignored";
    return { ...EMPTY_ENTRY, from, status: isIgnored ? "ignored" : "unclear", note: reason };
  });
  const collected = drafts.filter(({ status }) => status === "collected");
  const present = new Set(
    collected.flatMap(({ candidate, matched }) => [candidate, ...matched.map((entry) => entry.candidate)]),
  );
  return {
    layout,
    entries: [...drafts.flatMap(entriesOf), ...otherEntries].sort(byStatus),
    copies: collected.map(({ candidate, prepared: { files } }) => ({ candidate, files })),
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

interface Context {
  readonly taskNames: readonly string[];
  readonly finder: PeopleFinder | undefined;
  readonly times: CommitTimes;
  readonly remarks: string[];
}

async function draftOf(handIn: HandIn, lines: readonly CollectedEntry[], context: Context): Promise<Draft> {
  const [line] = lines;
  const isDecided = line !== undefined && (line.status !== "unclear" || line.candidate !== "");
  const notes = [...handIn.notes];
  const gitFolder = gitFolderIn(handIn.folder);
  let { received } = handIn;
  if (gitFolder !== undefined) {
    received = await context.times.lastOf(gitFolder);
    if (received !== "") notes.push("Received: the time of its last commit, by the committer's clock.");
  }
  if (isDecided && line.status === "ignored") {
    const prepared = { files: new Map(), notes: [], question: undefined };
    return {
      handIn,
      people: handIn.people,
      prepared,
      candidate: "",
      status: "ignored",
      isDecided,
      matched: [],
      received,
      isLate: handIn.isLate,
      notes: ["Ignored by the mapping."],
    };
  }
  // A checkout has the times of the checkout.
  const folder = gitFolder === undefined ? handIn.folder : withoutTimes(handIn.folder);
  const prepared = await prepareFiles(folder, context.taskNames);
  notes.push(...prepared.notes);
  if (prepared.question !== undefined) notes.push(prepared.question);
  if (isDecided) {
    if (line.received !== "" && received !== "" && Date.parse(line.received) !== Date.parse(received)) {
      context.remarks.push(
        `\`${handIn.from}\` came at ${received}, but the mapping says ${line.received}, which counts.`,
      );
    }
    const people = lines.map(({ name, email, login, id }): Person => ({ name, email, login, id, idOf: "school" }));
    const matched =
      context.finder === undefined
        ? []
        : people.flatMap((person) => {
            const match = context.finder!.find(person, line.candidate);
            return match.ok ? [match.entry] : [];
          });
    return {
      handIn,
      people,
      prepared,
      candidate: line.candidate,
      status: "collected",
      isDecided,
      matched,
      received: line.received || received,
      isLate: line.late === "yes",
      notes,
    };
  }
  const matches = handIn.people.map((person) => context.finder?.find(person, handIn.candidate));
  const questions = matches.flatMap((match) => (match === undefined || match.ok ? [] : [match.question]));
  const matched = matches.flatMap((match) => (match?.ok ? [match.entry] : []));
  notes.unshift(...questions);
  const status = questions.length > 0 || prepared.question !== undefined ? "unclear" : "collected";
  const candidate = matched[0]?.candidate ?? folderName(handIn.candidate);
  return {
    handIn,
    people: handIn.people,
    prepared,
    candidate,
    status,
    isDecided,
    matched,
    received,
    isLate: handIn.isLate,
    notes,
  };
}

/** A name as every system keeps it: composed letters, no marks that reorder text, no blanks or dots at its end. */
function folderName(name: string): string {
  return name
    .normalize("NFC")
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, "")
    .replace(/[. ]+$/, "");
}

/** Two people of one name, whom their platform's numbers distinguish, get folders with these numbers. */
function distinguishPeople(drafts: readonly Draft[]): void {
  for (const [, alike] of group(clashing(drafts), ({ candidate }) => foldName(candidate))) {
    const ids = alike.map(({ people }) => people[0]!.id);
    const isKnown = alike.every(({ matched, isDecided }) => matched.length === 0 && !isDecided);
    if (alike.length < 2 || !isKnown || ids.includes("") || new Set(ids).size < alike.length) continue;
    for (const draft of alike) draft.candidate += `-${draft.people[0]!.id}`;
  }
}

/** Of several hand-ins for one folder, none is taken, unless they are the same. */
async function askAboutClashes(drafts: readonly Draft[]): Promise<void> {
  for (const [, alike] of group(clashing(drafts), ({ candidate }) => foldName(candidate))) {
    if (alike.length < 2) continue;
    const decided = alike.find(({ isDecided }) => isDecided);
    const [first, ...others] = alike as [Draft, ...Draft[]];
    const digests = await Promise.all(alike.map(({ prepared }) => digestOf(prepared.files)));
    const isSame =
      digests.every((digest) => digest === digests[0]) && new Set(alike.map(({ candidate }) => candidate)).size === 1;
    if (isSame) {
      for (const draft of others) {
        draft.status = "ignored";
        draft.notes.unshift(`It has the same files as \`${first.handIn.from}\`.`);
      }
      continue;
    }
    const names = new Set(alike.map(({ candidate }) => candidate));
    for (const draft of alike) {
      if (draft.isDecided) continue;
      draft.status = "unclear";
      const rest = alike.filter((other) => other !== draft).map(({ handIn }) => `\`${handIn.from}\``);
      const shown = rest.length > 3 ? `${rest.slice(0, 3).join(", ")} and others` : rest.join(" and ");
      draft.notes.unshift(
        decided !== undefined
          ? `\`${decided.handIn.from}\` is mapped to \`${printable(draft.candidate)}\` already.`
          : names.size > 1
            ? `It differs from ${shown} only in case: are they two people?`
            : `It seems to be of the same person as ${shown}: which one counts?`,
      );
    }
  }
}

function clashing(drafts: readonly Draft[]): Draft[] {
  return drafts.filter(({ status, candidate }) => status === "collected" && candidate !== "");
}

function askAboutName(draft: Draft): void {
  if (draft.status !== "collected") return;
  const problem = candidateNameProblem(draft.candidate);
  if (problem === undefined) return;
  draft.status = "unclear";
  draft.notes.unshift(draft.candidate === "" ? "It names nobody." : problem);
}

async function digestOf(files: ReadonlyMap<string, DownloadFile>): Promise<string> {
  const hash = createHash("sha256");
  for (const [path, file] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${path}\0${file.bytes}\0`).update(await file.read());
  }
  return hash.digest("hex");
}

function entriesOf(draft: Draft): CollectedEntry[] {
  const { handIn, status, received, isLate, notes, matched } = draft;
  const candidate = status === "collected" ? draft.candidate : "";
  return draft.people.map((person, index) => ({
    candidate,
    from: handIn.from,
    received,
    late: isLate ? "yes" : "",
    // The roster completes what the platform does not say.
    name: person.name || (matched[index]?.name ?? ""),
    email: person.email || (matched[index]?.email ?? ""),
    login: person.login,
    id: person.id,
    status,
    note: notes.join(" "),
  }));
}

const STATUS_ORDER: readonly CollectedEntry["status"][] = ["collected", "unclear", "ignored"];

function byStatus(a: CollectedEntry, b: CollectedEntry): number {
  const order = STATUS_ORDER.indexOf(a.status) - STATUS_ORDER.indexOf(b.status);
  if (order !== 0) return order;
  return a.candidate < b.candidate
    ? -1
    : a.candidate > b.candidate
      ? 1
      : a.from < b.from
        ? -1
        : a.from > b.from
          ? 1
          : 0;
}

/** The git folder of a repository that is the hand-in, or is its only folder. */
function gitFolderIn(folder: DownloadFolder): string | undefined {
  if (folder.gitFolder !== undefined) return folder.gitFolder;
  const [only, ...rest] = folder.children;
  return only?.kind === "folder" && rest.length === 0 ? gitFolderIn(only) : undefined;
}

function withoutTimes(folder: DownloadFolder): DownloadFolder {
  const children = folder.children.map((node): DownloadNode => {
    if (node.kind === "refused") return node;
    return node.kind === "folder" ? withoutTimes(node) : { ...node, modifiedAt: undefined };
  });
  return { ...folder, children };
}
