import type { DownloadFolder } from "./tree.ts";

/** What a download says about a person. Unknown fields are empty. */
export interface Person {
  readonly name: string;
  readonly email: string;
  readonly login: string;
  readonly id: string;
  /** Who gave out the `id`: the school, the platform, or a platform for this assignment only. */
  readonly idOf: "school" | "platform" | "assignment";
}

export const NOBODY_KNOWN: Person = { name: "", email: "", login: "", id: "", idOf: "assignment" };

/** One hand-in of one person or team, as found in a download. */
export interface HandIn {
  /** Its path in the download; with `*` for the rest of the name if it is several files with a common beginning. */
  readonly from: string;
  /** The folder that it gets unless a roster says otherwise; not checked yet. */
  readonly candidate: string;
  /** At least one; several are a team. */
  readonly people: readonly Person[];
  /** ISO 8601 with offset; empty if the platform does not say. */
  readonly received: string;
  /** The platform's mark. */
  readonly isLate: boolean;
  readonly folder: DownloadFolder;
  /** Facts for a person, as sentences. */
  readonly notes: readonly string[];
}

/** Something in a download that is no hand-in, or cannot be one. */
export interface OtherEntry {
  readonly from: string;
  /** Sentences. */
  readonly reason: string;
  /** Whether it may be somebody's work. */
  readonly isSomebodys: boolean;
}

/** The contents of a download. */
export interface RecognisedDownload {
  /** For people, such as "Canvas download". */
  readonly layout: string;
  readonly handIns: readonly HandIn[];
  readonly others: readonly OtherEntry[];
}
