import * as z from "zod";

export const findingSchema = z
  .strictObject({
    aspect: z.enum(["where", "how", "why", "code", "speed"]).meta({
      description: "The subject: wrong places, the kind of error, a possible cause, the code, or the speed.",
    }),
    kind: z.string().meta({ description: "As an identifier: `never-written`, `constant-factor`." }),
    sentence: z
      .string()
      .meta({ description: 'One or more sentences. A guess says so: "Likely cause: …" or "probably".' }),
    isGuess: z.boolean().meta({ description: "Whether it is a guess at a cause rather than an observation." }),
    place: z
      .strictObject({ file: z.string(), line: z.number() })
      .exactOptional()
      .meta({ description: "In the candidate's files, if the finding belongs to a place." }),
  })
  .meta({ id: "Finding", description: "One finding about a submission, in words." });
