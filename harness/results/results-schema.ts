import * as z from "zod";
import { adapterNames } from "./adapter-name.ts";
import { assignmentSchema } from "./assignment-schema.ts";
import { attemptSchema } from "./attempt-schema.ts";
import { rosterEntrySchema } from "./roster.ts";

/** `results.json`. */
export const resultsSchema = z
  .strictObject({
    schema: z.literal(1),
    run: z.string().meta({ description: "Name of the run's folder." }),
    harnessVersion: z.string(),
    dawnVersion: z.string(),
    adapter: z.strictObject({
      name: z.enum(adapterNames).meta({
        description: "`gpu` is also the name of the system's adapter on Windows and macOS, even without a GPU.",
      }),
      kind: z.enum(["hardware", "software"]),
      description: z.string().meta({ description: "For people: `nvidia-h200 (NVIDIA: 570.86.15)`." }),
      vendor: z.string(),
      architecture: z.string(),
      driver: z.string().meta({ description: "The driver and its version, as far as Dawn reports them." }),
    }),
    seed: z.string().meta({
      description: "Secret until the deadline: with it, every input can be generated again.",
    }),
    assignment: assignmentSchema,
    caseGroups: z
      .record(z.string(), z.record(z.string(), z.array(z.number())))
      .meta({ description: "For each task, the indices of the cases by group; a group passes or fails as a whole." }),
    refused: z
      .array(
        z.strictObject({
          path: z.string().meta({ description: "Relative to the folder of all submissions." }),
          reason: z.string().meta({ description: "Sentences for the candidate." }),
        }),
      )
      .meta({ description: "Paths that were not graded, with reasons." }),
    remarks: z.array(z.string()).meta({ description: "Warnings about probable mistakes." }),
    roster: z.array(rosterEntrySchema).meta({ description: "Those expected to submit; may be empty." }),
    startedAt: z.string().meta({ description: "ISO 8601, UTC." }),
    state: z.enum(["running", "finished", "stopped"]).meta({
      description: "`running` until the last attempt is logged; `stopped` if it was interrupted.",
    }),
    shard: z
      .strictObject({
        index: z.int().min(1).meta({ description: "From 1." }),
        count: z.int().min(1),
      })
      .exactOptional()
      .meta({ description: "The part of a run that this is, until `kernelmark merge` joins the parts." }),
    attempts: z.array(attemptSchema),
  })
  .meta({ title: "Kernelmark results", description: "One grading of many submissions: results.json." });

/**
 * For programs that read `results.json`.
 *
 * @internal
 */
export function resultsJsonSchema(): object {
  return z.toJSONSchema(resultsSchema, { io: "input" });
}
