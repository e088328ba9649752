import type { RosterEntry } from "../results/roster.ts";
import type { CollectedEntry } from "./collected-file.ts";
import type { HandIn, Person } from "./hand-in.ts";
import type { CommitTimes } from "./last-commit.ts";
import type { PeopleFinder } from "./match-people.ts";
import { type PreparedFiles, prepareFiles } from "./prepare-files.ts";
import type { DownloadFolder, DownloadNode } from "./tree.ts";

/** A hand-in on its way to a candidate. */
export interface Draft {
  readonly handIn: HandIn;
  readonly people: readonly Person[];
  /** Their entries on the roster, in the same order; empty without a roster. */
  readonly matched: readonly (RosterEntry | undefined)[];
  readonly files: PreparedFiles["files"];
  readonly received: string;
  readonly isLate: boolean;
  /** Whether a person mapped it. */
  readonly isDecided: boolean;
  candidate: string;
  status: CollectedEntry["status"];
  readonly notes: string[];
}

/** What drafts are made with. */
export interface DraftContext {
  readonly taskNames: readonly string[];
  /** Undefined without a roster. */
  readonly finder: PeopleFinder | undefined;
  readonly times: CommitTimes;
  /** Gets warnings, as sentences. */
  readonly remarks: string[];
}

/**
 * Maps a hand-in by the lines of an earlier mapping, else by the roster, else by the name that it came under.
 *
 * @param lines of the mapping; one for each person of a team
 */
export async function draftOf(handIn: HandIn, lines: readonly CollectedEntry[], context: DraftContext): Promise<Draft> {
  const [line] = lines;
  if (line?.status === "ignored") return ignoredDraft(handIn);
  const gitFolder = gitFolderIn(handIn.folder);
  const received = gitFolder === undefined ? handIn.received : await context.times.lastOf(gitFolder);
  // A checkout has the times of the checkout.
  const folder = gitFolder === undefined ? handIn.folder : withoutTimes(handIn.folder);
  const { files, notes, question } = await prepareFiles(folder, context.taskNames);
  const allNotes = [...handIn.notes, ...notes, ...(question === undefined ? [] : [question])];
  if (gitFolder !== undefined && received !== "") {
    allNotes.push("Received: the time of its last commit, by the committer's clock.");
  }
  const common = { handIn, files, received, notes: allNotes };
  // A line stays open until a person names the candidate.
  if (line !== undefined && line.candidate !== "") return decidedDraft(common, line, lines, context);

  const { finder } = context;
  const matches = finder === undefined ? [] : handIn.people.map((person) => finder.find(person, handIn.candidate));
  const questions = matches.flatMap((match) => (match.ok ? [] : [match.question]));
  const matched = matches.map((match) => (match.ok ? match.entry : undefined));
  return {
    ...common,
    people: handIn.people,
    matched,
    isLate: handIn.isLate,
    isDecided: false,
    candidate: matched[0]?.candidate ?? folderName(handIn.candidate),
    status: questions.length > 0 || question !== undefined ? "unclear" : "collected",
    notes: [...questions, ...allNotes],
  };
}

function ignoredDraft(handIn: HandIn): Draft {
  const { people, received, isLate } = handIn;
  const notes = ["Ignored by the mapping."];
  const common = { handIn, people, received, isLate, notes, matched: [], files: new Map() };
  return { ...common, isDecided: true, candidate: "", status: "ignored" };
}

function decidedDraft(
  common: Pick<Draft, "handIn" | "files" | "received" | "notes">,
  line: CollectedEntry,
  lines: readonly CollectedEntry[],
  { finder, remarks }: DraftContext,
): Draft {
  const { handIn, received } = common;
  if (line.received !== "" && received !== "" && Date.parse(line.received) !== Date.parse(received)) {
    remarks.push(`\`${handIn.from}\` came at ${received}, but the mapping says ${line.received}, which counts.`);
  }
  const people = lines.map(({ name, email, login, id }): Person => ({ name, email, login, id, idOf: "assignment" }));
  const matched = people.map((person) => {
    const match = finder?.find(person, line.candidate);
    return match?.ok ? match.entry : undefined;
  });
  return {
    ...common,
    people,
    matched,
    received: line.received || received,
    isLate: line.late === "yes",
    isDecided: true,
    candidate: line.candidate,
    status: "collected",
  };
}

/** A name as every system keeps it: composed letters, no marks that reorder text, no blanks or dots at its end. */
function folderName(name: string): string {
  return name
    .normalize("NFC")
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, "")
    .replace(/[. ]+$/, "");
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
