import type { RosterEntry } from "../results/roster.ts";
import { joinedOrders, spellingsOf } from "../text/name-words.ts";
import { nearestName } from "../text/nearest-name.ts";
import { printable } from "../text/printable.ts";
import type { Person } from "./hand-in.ts";

/** The roster's entry for a person, or a question for a person to answer, as a sentence. */
export type PersonMatch =
  | { readonly ok: true; readonly entry: RosterEntry }
  | { readonly ok: false; readonly question: string };

/** Shorter words and numbers occur in names by chance. */
const LEAST_WORD = 4;

/**
 * Finds people on a roster: by candidate, e-mail, login or id; else by name; else by an id or a name within the
 * name of their folder. A match counts only if it is the only one.
 */
export class PeopleFinder {
  readonly #known: readonly KnownPerson[];

  constructor(roster: readonly RosterEntry[]) {
    this.#known = roster.map(knownPerson);
  }

  /** @param folder the name that the hand-in came under */
  find(person: Person, folder: string): PersonMatch {
    const keys = [folder, person.login, person.email, localPart(person.email)].map(fold).filter((key) => key !== "");
    const byKey = this.#known.filter((known) => keys.some((key) => known.keys.has(key)) || hasId(known, person));
    const spellings = new Set([person.name, folder, person.login].flatMap(spellingsOf).map((words) => words.join("")));
    const byName = this.#known.filter(({ names }) => names.some((name) => spellings.has(name)));
    const words = new Set(spellingsOf(folder).flat());
    const within = () =>
      this.#known.filter(
        ({ keys: own, nameParts }) =>
          [...own].some((key) => key.length >= LEAST_WORD && words.has(key)) ||
          nameParts.some((parts) => parts.length > 1 && parts.every((part) => words.has(part))),
      );
    const both = byKey.filter((known) => byName.includes(known));
    // An id of one person and the name of another.
    if (byKey.length > 0 && byName.length > 0 && both.length === 0) return several([...byKey, ...byName]);
    const found = [both, byKey, byName].find(({ length }) => length > 0) ?? within();
    if (found.length === 1) return { ok: true, entry: found[0]!.entry };
    return found.length > 1 ? several(found) : this.#unknown(person, folder);
  }

  #unknown(person: Person, folder: string): PersonMatch {
    const name = person.name || person.login || folder;
    const spellings = new Map(
      this.#known.flatMap(({ entry, names }) =>
        [entry.name, entry.candidate, ...names].filter(Boolean).map((spelling) => [spelling, entry] as const),
      ),
    );
    const near = spellings.get(nearestName(name, [...spellings.keys()]) ?? "");
    const hint = near === undefined ? "" : ` Is it \`${printable(near.name || near.candidate)}\`?`;
    return { ok: false, question: `\`${printable(name)}\` is not on the roster.${hint}` };
  }
}

interface KnownPerson {
  readonly entry: RosterEntry;
  /** All that identifies them, except for the platform's number. */
  readonly keys: ReadonlySet<string>;
  readonly platformId: string;
  /** Whole names in one word, in each order and spelling. */
  readonly names: readonly string[];
  /** The words of the name, in each spelling. */
  readonly nameParts: readonly (readonly string[])[];
}

function knownPerson(entry: RosterEntry): KnownPerson {
  const { name, platformId, candidate, email, login, id, sisId } = entry;
  const identifiers = [candidate, email, localPart(email), login, id, sisId];
  const names = spellingsOf(name).filter((words) => words.length > 0);
  return {
    entry,
    keys: new Set(identifiers.map(fold).filter((key) => key !== "")),
    platformId: fold(platformId),
    names: names.flatMap(joinedOrders),
    nameParts: names,
  };
}

function hasId({ keys, platformId }: KnownPerson, person: Person): boolean {
  const id = fold(person.id);
  if (id === "") return false;
  if (person.idOf === "school") return keys.has(id);
  // Moodle's number in an assignment is `Participant 31` in its grading worksheet.
  return person.idOf === "platform" ? platformId === id : platformId.endsWith(` ${id}`);
}

function several(found: readonly KnownPerson[]): PersonMatch {
  const names = found.map(({ entry }) => `\`${printable(entry.candidate)}\``);
  return { ok: false, question: `It may be of ${names.join(" or ")} on the roster.` };
}

function localPart(email: string): string {
  return /^([^@]+)@/.exec(email)?.[1] ?? "";
}

function fold(text: string): string {
  return text.trim().normalize("NFKC").toLowerCase();
}
