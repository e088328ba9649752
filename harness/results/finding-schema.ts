import * as z from "zod";
import { ASPECTS } from "./finding.ts";

export const findingSchema = z
  .strictObject({
    aspect: z.enum(ASPECTS),
    kind: z.string().meta({ description: "As an identifier: `never-written`, `constant-factor`." }),
    sentence: z.string().meta({ description: 'A whole sentence. A guess says that it is one: "It looks as if …".' }),
    isGuess: z.boolean().meta({ description: "Whether it is a guess at a cause, and not an observation." }),
    place: z
      .strictObject({ file: z.string(), line: z.number() })
      .exactOptional()
      .meta({ description: "In the candidate's files, if the finding belongs to a place." }),
  })
  .meta({ id: "Finding", description: "One thing that was found out about a submission, in a sentence." });
