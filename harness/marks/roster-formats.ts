import type { RosterEntry } from "../results/roster.ts";

/** Reads a cell of a row by its column's title, in the form that {@link foldTitle} gives; empty if there is none. */
export type Cells = (title: string) => string;

/** A table of people, as written by hand or exported by a platform. */
export interface RosterFormat {
  /** Columns that identify it: one of each list. */
  readonly required: readonly (readonly string[])[];
  /** Columns that are read, required ones included. */
  readonly columns: readonly string[];
  /** The person in a row; undefined if the row is for the platform itself. Without `candidate`, it is derived. */
  person(cells: Cells): Partial<RosterEntry> | undefined;
}

/** Kernelmark's own. */
const OWN_COLUMNS = ["candidate", "name", "email", "login", "id", "section"] as const;
export const OWN_HEADER = OWN_COLUMNS.join(",");

const own: RosterFormat = {
  required: [["candidate", "email", "e mail", "login", "id"]],
  columns: [...OWN_COLUMNS, "e mail", "sisid", "platformid"],
  person: (cells) => ({
    candidate: cells("candidate"),
    name: cells("name"),
    email: cells("email") || cells("e mail"),
    login: cells("login"),
    id: cells("id"),
    section: cells("section"),
    sisId: cells("sisid"),
    platformId: cells("platformid"),
  }),
};

/** Canvas: Grades, Export. Source: canvas-lms, `lib/gradebook_exporter.rb`. */
const canvas: RosterFormat = {
  required: [["student"], ["id"]],
  columns: ["student", "id", "sis user id", "sis login id", "section"],
  person(cells) {
    const [name, platformId, login, sisId] = ["student", "id", "sis login id", "sis user id"].map(cells) as [
      string,
      string,
      string,
      string,
    ];
    // The rows with the points possible, with notes on posting, and of the course's test student.
    if (platformId === "" || /^points possible$/i.test(name) || name === "Student, Test") return undefined;
    const email = login.includes("@") ? login : "";
    return { name, email, login, id: sisId, sisId, platformId, section: cells("section") };
  },
};

/** GitHub Classroom: Students, Download. The identifier is what the teacher chose: an e-mail, an id or a name. */
const classroom: RosterFormat = {
  required: [["identifier"], ["github username"]],
  columns: ["identifier", "github username", "name"],
  person(cells) {
    const identifier = cells("identifier");
    const isEmail = identifier.includes("@");
    const isName = /\s/.test(identifier);
    return {
      name: cells("name") || (isName ? identifier : ""),
      email: isEmail ? identifier : "",
      login: cells("github username"),
      id: isEmail || isName ? "" : identifier,
    };
  },
};

/** Moodle: Participants, or an assignment's grading worksheet. Columns depend on what the site shows of its users. */
const moodle: RosterFormat = {
  required: [
    ["first name", "full name"],
    ["last name", "surname", "full name"],
  ],
  columns: [
    ...["first name", "last name", "surname", "full name", "email address", "username", "id number", "groups"],
    "identifier",
  ],
  person(cells) {
    const parts = [cells("first name"), cells("last name") || cells("surname")];
    return {
      name: cells("full name") || parts.filter((part) => part !== "").join(" "),
      email: cells("email address"),
      login: cells("username"),
      id: cells("id number"),
      section: cells("groups"),
      platformId: cells("identifier"),
    };
  },
};

const FORMATS: readonly RosterFormat[] = [canvas, classroom, moodle, own];

/** A title without regard to case, spaces, hyphens and underscores. */
export function foldTitle(title: string): string {
  return title
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, " ");
}

/** The format of a table with these titles, folded; undefined if it identifies nobody. */
export function formatOf(titles: readonly string[]): RosterFormat | undefined {
  if (titles.includes("candidate")) return own;
  return FORMATS.find(({ required }) => required.every((any) => any.some((title) => titles.includes(title))));
}
