import * as z from "zod";
import { float, floatAsWritten } from "./number-schema.ts";

const element = z
  .strictObject({
    index: z.array(z.number()),
    expected: floatAsWritten,
    got: floatAsWritten,
    bound: float.meta({ description: "The largest allowed error; 0 for integers." }),
    others: z
      .array(z.tuple([float, float]))
      .exactOptional()
      .meta({
        description:
          "Other correct values, since a choice may go either way: all from the first to the second of each pair.",
      }),
  })
  .meta({ id: "Element" });

export const mistakeSchema = z
  .strictObject({ name: z.string(), about: z.string(), hint: z.string() })
  .meta({ id: "Mistake", description: "A known mistake that gives exactly this output." });

const wrongElements = z
  .strictObject({
    kind: z.literal("wrong-elements"),
    output: z.string(),
    first: element,
    worst: element,
    wrongCount: z.number(),
    neverWrittenCount: z
      .number()
      .meta({ description: "Elements that still have the value from before the run. `wrongCount` includes them." }),
    judgedCount: z.number().meta({ description: "Elements compared with the reference." }),
    elementCount: z.number(),
    picture: z.array(z.string()).meta({
      description:
        "Their places: a line of text per group of rows, a character per group of columns. `#` wrong, `+` partly, `·` correct.",
    }),
    isByReadOutside: z.literal(true).exactOptional().meta({
      description: "Present if they depend on values past the buffers' ends: the kernel reads out of bounds.",
    }),
    mistake: mistakeSchema.exactOptional(),
  })
  .meta({
    description: "Wrong elements of one output of one case; `worst` is the element farthest outside its error bound.",
  });

const outsideWrites = z
  .strictObject({
    kind: z.literal("outside-writes"),
    buffer: z.string().meta({ description: "The name of the output or scratch buffer." }),
    isScratch: z.boolean(),
    length: z.number().meta({ description: "32-bit elements in the buffer." }),
    index: z.number().meta({
      description: "The first 32-bit element written past the end. An index far outside shows as a smaller one.",
    }),
  })
  .meta({ description: "Writes past the end of an output or of scratch, which may land on any element, or nowhere." });

const lostPrecision = z
  .strictObject({
    kind: z.literal("lost-precision"),
    output: z.string(),
    ratio: float.meta({
      description:
        "The root-mean-square error as a multiple of the plain kernel's, or of one rounding if that is larger.",
    }),
    limit: z.number(),
  })
  .meta({ description: "Errors within the bound, but far larger than those of f32 arithmetic." });

const sourcePlace = z
  .strictObject({
    kind: z.literal("source"),
    file: z.string(),
    line: z.number().meta({ description: "From 1." }),
    column: z.number().meta({ description: "From 1." }),
    frame: z.string().meta({ description: "The lines around it, with numbers and a mark." }),
  })
  .meta({ description: "A place in the candidate's own files." });

const limitReached = z
  .strictObject({ kind: z.literal("limit"), what: z.string(), limitMs: z.number() })
  .meta({ description: "A limit that was reached." });

export const evidenceSchema = z
  .discriminatedUnion("kind", [wrongElements, outsideWrites, lostPrecision, sourcePlace, limitReached])
  .meta({ id: "Evidence", description: "The findings about a failure." });
