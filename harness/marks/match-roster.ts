import { group } from "d3-array";
import type { NotTaken } from "../results/not-taken.ts";
import type { RefusedPath } from "../results/results.ts";
import type { RosterEntry } from "../results/roster.ts";
import { twoSentences } from "../submission/not-taken.ts";
import { count } from "../text/count.ts";
import { joinedOrders, spellingsOf, wordsOf } from "../text/name-words.ts";
import { nearestName } from "../text/nearest-name.ts";
import { printable } from "../text/printable.ts";

/** What a platform says about the owner of a folder. Unknown fields are empty. */
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
  /** Folders that are not matched to anybody. */
  readonly strangers: readonly Stranger[];
  /** Warnings, as sentences; those on strangers are among them. */
  readonly remarks: readonly string[];
}

export interface Stranger {
  readonly folder: string;
  /** Whose it may be, as a sentence; may be empty. */
  readonly hint: string;
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
  const ownersOf = group(owners, ({ candidate }) => candidate);
  const described = folders.map((name) => {
    const [owner, ...others] = ownersOf.get(name) ?? [];
    // A team's folder belongs to nobody alone.
    return describeFolder(name, others.length === 0 ? owner : undefined);
  });
  const folderOf = new Map<Person, string>();
  const questions = new Map<string, string>();
  const disputed = new Set<Person>();
  const unlike: string[] = [];
  const identified: string[] = [];
  for (const fits of WAYS) {
    const taken = new Set(folderOf.values());
    const openPeople = people.filter((person) => !folderOf.has(person) && !disputed.has(person));
    const openFolders = described.filter(({ name }) => !taken.has(name) && !questions.has(name));
    for (const claim of claimsBy(fits, openPeople, openFolders)) {
      if ("question" in claim) {
        questions.set(claim.folder, claim.question);
        if (claim.person !== undefined) disputed.add(claim.person);
        continue;
      }
      const { person, folder } = claim;
      folderOf.set(person, folder);
      if (fits === isAlike) unlike.push(unlikeSentence(folder, person));
      else if (fits !== isExact) identified.push(`${quoted(folder)} is ${shown(person)}`);
    }
  }
  const matched = people.map((person) => {
    const folder = folderOf.get(person);
    return folder === undefined ? person.entry : { ...person.entry, candidate: folder };
  });
  const strangers = strangersAmong(described, people, folderOf, questions);
  const remarks = [
    ...unlike,
    ...identifiedRemark(identified),
    ...strangers.map((stranger) => strangerSentence(stranger, questions)),
  ];
  return { roster: matched, strangers, remarks };
}

/** A folder that is a person's, or the question whose it is. */
type Claim =
  | { readonly folder: string; readonly person: Person }
  | {
      readonly folder: string;
      /** The only person whom it fits, if other folders fit them too. */
      readonly person: Person | undefined;
      readonly question: string;
    };

function claimsBy(fits: Way, people: readonly Person[], folders: readonly Folder[]): Claim[] {
  const claims: Claim[] = [];
  const foldersOf = new Map<Person, string[]>();
  for (const folder of folders) {
    const fitting = mostSpecific(people, folder, fits);
    const [person, ...others] = fitting;
    if (person === undefined) continue;
    if (others.length === 0) {
      foldersOf.set(person, [...(foldersOf.get(person) ?? []), folder.name]);
    } else {
      const question = `It fits more than one person: ${fitting.map(shown).join(", ")}.`;
      claims.push({ folder: folder.name, person: undefined, question });
    }
  }
  for (const [person, own] of foldersOf) {
    for (const folder of own) {
      const others = own.filter((other) => other !== folder);
      const question = `It fits ${shown(person)}, and so does ${others.map(quoted).join(", ")}.`;
      claims.push(others.length === 0 ? { folder, person } : { folder, person, question });
    }
  }
  return claims;
}

/**
 * Refused folders, and submissions outside of any, of people on a matched roster who have no other folder: so that
 * nobody hears that nothing was submitted.
 */
export function refusedOf(
  roster: readonly RosterEntry[],
  folders: readonly string[],
  refused: readonly RefusedPath[],
): NotTaken[] {
  const present = new Set(folders);
  const absent = roster.filter(({ candidate }) => !present.has(candidate));
  const reasons = new Map(refused.map(({ path, reason }) => [path, reason]));
  return matchRoster(absent, [...reasons.keys()]).roster.flatMap(({ candidate: path }, place) => {
    const reason = reasons.get(path);
    if (reason === undefined) return [];
    return [{ candidate: absent[place]!.candidate, path, task: "", instead: "", ...twoSentences(reason) }];
  });
}

/** Words in lower case, without accents, with a space between them. */
type Phrase = string;

/** A person on the roster, with everything that a folder's name is compared with. */
interface Person {
  readonly entry: RosterEntry;
  readonly folded: string;
  readonly candidate: Phrase;
  /** Each e-mail, login and id. */
  readonly identifiers: readonly Phrase[];
  /** The name, under each spelling. */
  readonly names: readonly (readonly string[])[];
  /** The same with sorted words. */
  readonly sortedNames: readonly Phrase[];
  /** The names' words as one, in the orders of `joinedOrders`. */
  readonly joined: readonly string[];
}

interface Folder {
  readonly name: string;
  readonly folded: string;
  readonly words: readonly string[];
  readonly phrase: Phrase;
  readonly sorted: Phrase;
  readonly owner: Owner | undefined;
}

interface Owner {
  /** E-mail, login and id. */
  readonly identifiers: readonly Phrase[];
  readonly nameWords: readonly string[];
}

function describePerson(entry: RosterEntry): Person {
  const { candidate, email, login, id, sisId, platformId } = entry;
  // Moodle writes `Participant 123`, and 123 into names of folders.
  const number = platformId.replace(/^\D+ /, "");
  const names = entry.name === "" ? [] : spellingsOf(entry.name);
  return {
    entry,
    folded: fold(candidate),
    candidate: phraseOf(candidate),
    identifiers: phrasesOf([email, login, id, sisId, number]),
    names,
    sortedNames: names.map((words) => [...words].sort().join(" ")),
    joined: names.flatMap(joinedOrders).filter((word) => word.length >= LEAST_JOINED),
  };
}

function describeFolder(name: string, owner: FolderOwner | undefined): Folder {
  const words = wordsOf(name);
  return {
    name,
    folded: fold(name),
    words,
    phrase: words.join(" "),
    sorted: [...words].sort().join(" "),
    owner: owner && {
      identifiers: phrasesOf([owner.email, owner.login, owner.id]),
      nameWords: wordsOf(owner.name),
    },
  };
}

function phraseOf(text: string): Phrase {
  return wordsOf(text).join(" ");
}

function phrasesOf(texts: readonly string[]): Phrase[] {
  return [...new Set(texts.map(phraseOf))].filter((phrase) => phrase !== "");
}

/** What of a folder fits a person; undefined if nothing does. */
type Way = (person: Person, folder: Folder) => Phrase | undefined;

const isExact: Way = ({ entry }, { name }) => (entry.candidate === name ? name : undefined);

const isAlike: Way = ({ folded }, folder) => (folded === folder.folded ? folded : undefined);

const isOwner: Way = (person, { owner }) => {
  if (owner === undefined) return undefined;
  const { identifiers, nameWords } = owner;
  if (identifiers.length > 0) return identifiers.find((phrase) => person.identifiers.includes(phrase));
  return nameWithin(person, nameWords);
};

const isWhole: Way = ({ candidate, identifiers, sortedNames }, { phrase, sorted }) => {
  if (phrase === "") return undefined;
  return candidate === phrase || identifiers.includes(phrase) || sortedNames.includes(sorted) ? phrase : undefined;
};

const isWithin: Way = ({ identifiers, ...person }, { phrase, words }) => {
  const found = identifiers.find((own) => own.length >= LEAST_WITHIN && contains(phrase, own));
  return found ?? nameWithin(person, words);
};

/** From the surest to the least sure. */
const WAYS: readonly Way[] = [isExact, isAlike, isOwner, isWhole, isWithin];

/** By at least two words of the name: a single one may be another person's. */
function nameWithin({ names, joined }: Pick<Person, "names" | "joined">, words: readonly string[]): Phrase | undefined {
  const apart = names.find((own) => own.length >= 2 && own.every((word) => words.includes(word)));
  return apart?.join(" ") ?? joined.find((word) => words.includes(word));
}

/** Those whom a folder fits, without those who only fit a part of what fits another: `ann lee` in `ann lee smith`. */
function mostSpecific(people: readonly Person[], folder: Folder, fits: Way): Person[] {
  const fitting = people.flatMap((person) => {
    const phrase = fits(person, folder);
    return phrase === undefined ? [] : [{ person, words: phrase.split(" ") }];
  });
  const isPart = (words: readonly string[], of: readonly string[]) =>
    words.length < of.length && words.every((word) => of.includes(word));
  return fitting
    .filter(({ words }) => !fitting.some((other) => isPart(words, other.words)))
    .map(({ person }) => person);
}

function strangersAmong(
  folders: readonly Folder[],
  people: readonly Person[],
  folderOf: ReadonlyMap<Person, string>,
  questions: ReadonlyMap<string, string>,
): Stranger[] {
  const matched = new Set(folderOf.values());
  const absent = people.filter((person) => !folderOf.has(person)).map(({ entry }) => entry.candidate);
  return folders
    .filter(({ name }) => !matched.has(name))
    .map((folder): Stranger => {
      const near = nearestName(folder.name, absent);
      const hint = near === undefined ? fitHint(folder, people, folderOf) : `Is it ${quoted(near)}, who has no folder?`;
      return { folder: folder.name, hint: questions.get(folder.name) ?? hint };
    });
}

function strangerSentence({ folder, hint }: Stranger, questions: ReadonlyMap<string, string>): string {
  return `${quoted(folder)} is not ${questions.has(folder) ? "matched to" : "on"} the roster. ${hint}`.trimEnd();
}

/** The one person whom a folder may fit. */
function fitHint(folder: Folder, people: readonly Person[], folderOf: ReadonlyMap<Person, string>): string {
  const [person, ...others] = people.filter((one) => {
    const first = folderOf.get(one);
    const own = first === undefined ? one.candidate : phraseOf(first);
    return isWithin(one, folder) !== undefined || contains(folder.phrase, own);
  });
  if (person === undefined || others.length > 0) return "";
  const first = folderOf.get(person);
  return first === undefined
    ? `Is it ${shown(person)}, who has no folder?`
    : `It may be a second folder of ${quoted(first)}.`;
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

/** Whether a phrase contains the words of another in a row. */
function contains(phrase: Phrase, other: Phrase): boolean {
  return other !== "" && ` ${phrase} `.includes(` ${other} `);
}

function fold(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}

function shown({ entry: { candidate, name } }: Person): string {
  return name === "" ? quoted(candidate) : `${printable(name)} (${quoted(candidate)})`;
}

function quoted(name: string): string {
  return `\`${printable(name)}\``;
}
