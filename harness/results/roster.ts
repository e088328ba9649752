import * as z from "zod";

/** Somebody who should hand something in, as gradebooks know them. What is not known is empty. */
export interface RosterEntry {
  /** The name of their folder. */
  readonly candidate: string;
  readonly name: string;
  readonly email: string;
  /** In the school's records. */
  readonly id: string;
  readonly section: string;
}

/** An entry as it is written to `results.json`. */
export const rosterEntrySchema = z
  .strictObject({
    candidate: z.string(),
    name: z.string(),
    email: z.string(),
    id: z.string(),
    section: z.string(),
  })
  .meta({ id: "RosterEntry", description: "Somebody who should hand something in." });
