import * as z from "zod";
import type { Written } from "../task/written.ts";

/** An entry as in `results.json`. Unknown fields are empty. */
export const rosterEntrySchema = z
  .strictObject({
    candidate: z.string().meta({ description: "The name of their folder; without one, their login, e-mail or id." }),
    name: z.string(),
    email: z.string(),
    id: z.string().meta({ description: "In the school's records." }),
    section: z.string(),
    login: z.string().default("").meta({ description: "The name with which they log in to the platform." }),
    sisId: z.string().default("").meta({ description: "Canvas' SIS User ID." }),
    platformId: z
      .string()
      .default("")
      .meta({ description: "The platform's own number: Canvas' `ID`, or Moodle's `Participant 123`." }),
  })
  .meta({ id: "RosterEntry", description: "Someone who is expected to submit." });

/** Someone who is expected to submit, as listed in gradebooks. */
export type RosterEntry = Written<typeof rosterEntrySchema>;
