import { createHash } from "node:crypto";
import { group } from "d3-array";
import { candidateNameProblem } from "../submission/file-name.ts";
import { printable } from "../text/printable.ts";
import { folderKey } from "./collected-file.ts";
import type { Draft } from "./draft.ts";
import type { DownloadFile } from "./tree.ts";

const NAMES_SHOWN = 3;

/** Leaves to a person which of several hand-ins goes into a folder, and what no folder can be named. */
export async function settleClashes(drafts: readonly Draft[]): Promise<void> {
  for (const alike of clashing(drafts)) distinguishPeople(alike);
  for (const alike of clashing(drafts)) {
    if (await areSame(alike)) keepFirst(alike);
    else askWhichCounts(alike);
  }
  for (const draft of drafts) askAboutName(draft);
}

/** Collected hand-ins whose folders are one on some system; those that a person mapped come first. */
function clashing(drafts: readonly Draft[]): Draft[][] {
  const named = drafts.filter(({ status, candidate }) => status === "collected" && candidate !== "");
  return [...group(named, ({ candidate }) => folderKey(candidate)).values()]
    .filter(({ length }) => length > 1)
    .map((alike) => alike.toSorted((a, b) => Number(b.isDecided) - Number(a.isDecided)));
}

/** People of one name, whom their platform's numbers distinguish, get folders with these numbers. */
function distinguishPeople(alike: readonly Draft[]): void {
  const ids = alike.map(({ people }) => people[0]!.id);
  const isMapped = alike.some(({ matched, isDecided }) => matched.length > 0 || isDecided);
  if (isMapped || ids.includes("") || new Set(ids).size < alike.length) return;
  for (const [index, draft] of alike.entries()) draft.candidate += `-${ids[index]}`;
}

async function areSame(alike: readonly Draft[]): Promise<boolean> {
  const contents = new Set<string>();
  for (const { candidate, files } of alike) contents.add(`${candidate}/${await digestOf(files)}`);
  return contents.size === 1;
}

async function digestOf(files: ReadonlyMap<string, DownloadFile>): Promise<string> {
  const hash = createHash("sha256");
  for (const [path, file] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${path}\0${file.bytes}\0`).update(await file.read());
  }
  return hash.digest("hex");
}

function keepFirst([first, ...others]: readonly Draft[]): void {
  for (const draft of others) {
    draft.status = "ignored";
    draft.notes.unshift(`It has the same files as \`${first!.handIn.from}\`.`);
  }
}

function askWhichCounts(alike: readonly Draft[]): void {
  const [first] = alike as readonly [Draft];
  const isInCaseOnly = new Set(alike.map(({ candidate }) => candidate)).size > 1;
  for (const draft of alike) {
    if (draft.isDecided) continue;
    draft.status = "unclear";
    const others = alike.filter((other) => other !== draft).map(({ handIn }) => `\`${handIn.from}\``);
    const shown =
      others.length > NAMES_SHOWN ? `${others.slice(0, NAMES_SHOWN).join(", ")} and others` : others.join(" and ");
    if (first.isDecided) {
      draft.notes.unshift(`\`${first.handIn.from}\` is mapped to \`${printable(draft.candidate)}\` already.`);
    } else {
      draft.notes.unshift(
        isInCaseOnly
          ? `It differs from ${shown} only in case: are they two people?`
          : `It seems to be of the same person as ${shown}: which one counts?`,
      );
    }
  }
}

function askAboutName(draft: Draft): void {
  if (draft.status !== "collected") return;
  const problem = candidateNameProblem(draft.candidate);
  if (problem === undefined) return;
  draft.status = "unclear";
  draft.notes.unshift(draft.candidate === "" ? "It names no candidate." : problem);
}
