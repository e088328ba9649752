import * as z from "zod";

export const findingSchema = z
  .strictObject({
    aspect: z.enum(["where", "how", "why", "code", "speed"]).meta({
      description: "What it is about: wrong places, the kind of error, a possible cause, the code, or the speed.",
    }),
    kind: z.string().meta({ description: "As an identifier: `never-written`, `constant-factor`." }),
    sentence: z.string().meta({ description: 'A whole sentence. A guess says that it is one: "It looks as if …".' }),
    isGuess: z.boolean().meta({ description: "Whether it is a guess at a cause, and not an observation." }),
    place: z
      .strictObject({ file: z.string(), line: z.number() })
      .exactOptional()
      .meta({ description: "In the candidate's files, if the finding belongs to a place." }),
  })
  .meta({ id: "Finding", description: "One thing that was found out about a submission, in a sentence." });
