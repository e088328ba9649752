import type { RosterEntry } from "../results/roster.ts";
import { count } from "../text/count.ts";
import { nearestName } from "../text/nearest-name.ts";
import { printable } from "../text/printable.ts";
import { joinedOrders, spellingsOf, wordsOf } from "./name-words.ts";

/** What a platform told about the owner of a folder. Unknown fields are empty. */
export interface FolderOwner {
  readonly candidate: string;
  readonly name: string;
  readonly email: string;
  readonly login: string;
  readonly id: string;
}

/** A roster whose candidates have the names of their folders, if they have one. */
export interface MatchedRoster {
  readonly roster: readonly RosterEntry[];
  /** Folders that are nobody's on the roster, each with a sentence that says so, and whose it may be. */
  readonly strangers: readonly Stranger[];
  /** Warnings, as sentences; those on strangers are among them. */
  readonly remarks: readonly string[];
}

export interface Stranger {
  readonly folder: string;
  readonly sentence: string;
}

/** Ids and joined names shorter than this may be part of a folder's name by chance. */
const LEAST_WITHIN = 3;
const LEAST_JOINED = 6;
const MATCHES_NAMED = 5;

/**
 * Finds each person's folder: by its own name, then by the platform's data on its owner, then by an e-mail, login, id or
 * name that is the folder's name, or stands in it. A folder is matched only if it fits one person, and only one folder
 * fits them; otherwise a warning asks. The result may be matched again: matched folders keep their owners.
 *
 * @param owners from `collected.csv`, if the submissions have one
 */
export function matchRoster(
  roster: readonly RosterEntry[],
  folders: readonly string[],
  owners: readonly FolderOwner[] = [],
): MatchedRoster {
  if (roster.length === 0) return { roster, strangers: [], remarks: [] };
  const people = roster.map(describePerson);
  const ownerOf = new Map(owners.map((owner) => [owner.candidate, owner]));
  const folderOf = new Map<Person, string>();
  const questions = new Map<string, string>();
  const disputed = new Set<Person>();
  const unlike: string[] = [];
  const identified: string[] = [];
  for (const fits of WAYS) {
    const open = people.filter((person) => !folderOf.has(person) && !disputed.has(person));
    const claims = new Map<Person, string[]>();
    const taken = new Set(folderOf.values());
    for (const folder of folders) {
      if (taken.has(folder) || questions.has(folder)) continue;
      const fitting = mostSpecific(open, describeFolder(folder, ownerOf.get(folder)), fits);
      if (fitting.length === 1) claims.set(fitting[0]!, [...(claims.get(fitting[0]!) ?? []), folder]);
      if (fitting.length > 1) questions.set(folder, `fits more than one person on the roster: ${listOf(fitting)}`);
    }
    for (const [person, [folder, ...others]] of claims) {
      if (others.length > 0) {
        disputed.add(person);
        for (const one of [folder!, ...others]) {
          const rest = [folder!, ...others].filter((other) => other !== one);
          questions.set(one, `fits ${shown(person)} on the roster, and so does ${rest.map(quoted).join(", ")}`);
        }
        continue;
      }
      folderOf.set(person, folder!);
      if (fits === isAlike) unlike.push(unlikeSentence(folder!, person));
      else if (fits !== isExact) identified.push(`${quoted(folder!)} is ${shown(person)}`);
    }
  }
  const matched = people.map((person) => {
    const folder = folderOf.get(person);
    return folder === undefined ? person.entry : { ...person.entry, candidate: folder };
  });
  const strangers = strangersAmong(folders, people, folderOf, questions);
  const remarks = [...unlike, ...identifiedRemark(identified), ...strangers.map(({ sentence }) => sentence)];
  return { roster: matched, strangers, remarks };
}

/** A person on the roster, with everything that a folder's name is compared with. */
interface Person {
  readonly entry: RosterEntry;
  /** The words of each e-mail, login and id. */
  readonly identifiers: readonly (readonly string[])[];
  /** The words of the name, under each spelling. */
  readonly names: readonly (readonly string[])[];
  /** The names' words as one, in the orders of `joinedOrders`. */
  readonly joined: readonly string[];
}

interface Folder {
  readonly name: string;
  readonly words: readonly string[];
  readonly owner: FolderOwner | undefined;
}

function describePerson(entry: RosterEntry): Person {
  const { email, login, id, sisId, platformId } = entry;
  // Moodle writes `Participant 123`, and 123 into names of folders.
  const number = platformId.replace(/^\D+ /, "");
  const names = entry.name === "" ? [] : spellingsOf(entry.name);
  const texts = new Set([email, login, id, sisId, number].filter((text) => text !== ""));
  return {
    entry,
    identifiers: [...texts].map(wordsOf).filter((words) => words.length > 0),
    names,
    joined: names.flatMap(joinedOrders).filter((word) => word.length >= LEAST_JOINED),
  };
}

function describeFolder(name: string, owner: FolderOwner | undefined): Folder {
  return { name, words: wordsOf(name), owner };
}

/** The words by which a folder fits a person; undefined if it does not. */
type Way = (person: Person, folder: Folder) => readonly string[] | undefined;

/** From the surest to the least sure. */
const isExact: Way = ({ entry }, { name }) => (entry.candidate === name ? [name] : undefined);

const isAlike: Way = ({ entry }, { name }) => (fold(entry.candidate) === fold(name) ? [name] : undefined);

const isOwner: Way = (person, { owner }) => {
  if (owner === undefined) return undefined;
  const known = [owner.email, owner.login, owner.id].filter((text) => text !== "").map(wordsOf);
  if (known.length > 0) return known.find((words) => person.identifiers.some((own) => isSame(own, words)));
  return nameWithin(person, wordsOf(owner.name));
};

const isWhole: Way = ({ identifiers, names }, { words }) => {
  const sorted = [...words].sort();
  return [
    ...identifiers.filter((own) => isSame(own, words)),
    ...names.filter((own) => isSame([...own].sort(), sorted)),
  ][0];
};

const isWithin: Way = (person, folder) => {
  const found = person.identifiers.find((own) => own.join("").length >= LEAST_WITHIN && containsRun(folder.words, own));
  return found ?? nameWithin(person, folder.words);
};

const WAYS: readonly Way[] = [isExact, isAlike, isOwner, isWhole, isWithin];

/** By at least two words of the name: a single one may be another person's. */
function nameWithin({ names, joined }: Person, words: readonly string[]): readonly string[] | undefined {
  const apart = names.find((own) => own.length >= 2 && own.every((word) => words.includes(word)));
  const asOne = joined.find((word) => words.includes(word));
  return apart ?? (asOne === undefined ? undefined : [asOne]);
}

/** Those whom a folder fits, without those who only fit a part of what fits another: `ann lee` in `ann lee smith`. */
function mostSpecific(people: readonly Person[], folder: Folder, fits: Way): Person[] {
  const fitting = people.flatMap((person) => {
    const words = fits(person, folder);
    return words === undefined ? [] : [{ person, words }];
  });
  const isPart = (words: readonly string[], of: readonly string[]) =>
    words.length < of.length && words.every((word) => of.includes(word));
  return fitting
    .filter(({ words }) => !fitting.some((other) => isPart(words, other.words)))
    .map(({ person }) => person);
}

function strangersAmong(
  folders: readonly string[],
  people: readonly Person[],
  folderOf: ReadonlyMap<Person, string>,
  questions: ReadonlyMap<string, string>,
): Stranger[] {
  const matched = new Set(folderOf.values());
  const absent = people.filter((person) => !folderOf.has(person));
  return folders
    .filter((folder) => !matched.has(folder))
    .map((folder) => {
      const question = questions.get(folder);
      if (question !== undefined) return { folder, sentence: `${quoted(folder)} ${question}: whose is it?` };
      const near = nearestName(
        folder,
        absent.map(({ entry }) => entry.candidate),
      );
      const hint =
        near === undefined
          ? secondFolderHint(folder, people, folderOf)
          : ` ${quoted(near)} is, but has no folder: are they the same person?`;
      return { folder, sentence: `${quoted(folder)} is not on the roster.${hint}` };
    });
}

/** Whose it may be besides another folder. */
function secondFolderHint(folder: string, people: readonly Person[], folderOf: ReadonlyMap<Person, string>): string {
  const described = describeFolder(folder, undefined);
  const [person, ...others] = people.filter((one) => {
    const first = folderOf.get(one);
    return isWithin(one, described) ?? (first !== undefined && containsRun(described.words, wordsOf(first)));
  });
  if (person === undefined || others.length > 0) return "";
  const first = folderOf.get(person);
  return first === undefined ? ` It fits ${shown(person)} too.` : ` It may be a second folder of ${quoted(first)}.`;
}

function unlikeSentence(folder: string, { entry }: Person): string {
  return `The folder ${quoted(folder)} is matched to ${quoted(entry.candidate)} on the roster: they differ only in case or Unicode form.`;
}

function identifiedRemark(identified: readonly string[]): string[] {
  if (identified.length === 0) return [];
  const more = identified.length - MATCHES_NAMED;
  const named = identified.slice(0, MATCHES_NAMED).join(", ");
  const folders = count(identified.length, "folder");
  return [`${folders} matched by name, e-mail, login or id: ${named}${more > 0 ? ` and ${more} more` : ""}.`];
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word, index) => word === b[index]);
}

/** Whether words contain others in a row. */
function containsRun(words: readonly string[], run: readonly string[]): boolean {
  return ` ${words.join(" ")} `.includes(` ${run.join(" ")} `);
}

function fold(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}

function listOf(people: readonly Person[]): string {
  return people.map(shown).join(", ");
}

function shown({ entry: { candidate, name } }: Person): string {
  return name === "" ? quoted(candidate) : `${printable(name)} (${quoted(candidate)})`;
}

function quoted(name: string): string {
  return `\`${printable(name)}\``;
}
