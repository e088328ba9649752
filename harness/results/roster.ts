import * as z from "zod";
import type { Written } from "../task/written.ts";

/** An entry as it is written to `results.json`. What is not known is empty. */
export const rosterEntrySchema = z
  .strictObject({
    candidate: z.string().meta({ description: "The name of their folder." }),
    name: z.string(),
    email: z.string(),
    id: z.string().meta({ description: "In the school's records." }),
    section: z.string(),
  })
  .meta({ id: "RosterEntry", description: "Somebody who should hand something in." });

/** Somebody who should submit something, as gradebooks know them. */
export type RosterEntry = Written<typeof rosterEntrySchema>;
