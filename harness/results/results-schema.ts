import * as z from "zod";
import { adapterNames } from "./adapter-name.ts";
import { assignmentSchema } from "./assignment-schema.ts";
import { attemptSchema } from "./attempt-schema.ts";
import { markFactsShape } from "./mark-facts.ts";
import { notTakenSchema } from "./not-taken.ts";
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
      description:
        "Secret until the deadline: with it, every input can be generated again. Empty in a report on one candidate as long as it is secret.",
    }),
    inputs: z
      .strictObject({
        submissions: z.string().meta({ description: "The folder of the candidates' folders." }),
        assignment: z.string().exactOptional().meta({ description: "The file; absent if none was named." }),
        roster: z.string().exactOptional().meta({ description: "The file; absent if none was named." }),
        tasks: z.string().exactOptional().meta({ description: "The folder of `--tasks`; absent if none was named." }),
      })
      .exactOptional()
      .meta({
        description:
          "The paths that the run was graded from, relative to its folder, for `--resume` and `--again`. Absent in older results, and in runs of `ci`.",
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
      .meta({ description: "Folders of candidates that were not graded, and submissions outside of any." }),
    notTaken: z.array(notTakenSchema).default([]).meta({
      description: "Files in candidates' folders that were not graded, though they were probably meant to be.",
    }),
    remarks: z.array(z.string()).meta({ description: "Warnings about probable mistakes." }),
    roster: z.array(rosterEntrySchema).meta({ description: "Those expected to submit; may be empty." }),
    builtInCode: z
      .array(
        z.strictObject({
          candidate: z.string(),
          task: z.string(),
          source: z.string().meta({ description: "`plain`, `tuned`, `submissions/fast`, `docs/tutorial/step-5`." }),
          isVerbatim: z
            .boolean()
            .meta({ description: "Except for comments and layout; otherwise names and numbers differ too." }),
        }),
      )
      .exactOptional()
      .meta({ description: "Submissions that are code which comes with Kernelmark. Missing if nobody looked for it." }),
    ...markFactsShape,
    isMeasured: z.boolean().exactOptional().meta({
      description: "Whether the run was to measure accepted submissions. Absent in older results.",
    }),
    earlier: z
      .array(
        z.strictObject({
          run: z.string().meta({ description: "The name of the earlier run." }),
          received: markFactsShape.received,
          attempts: z.array(attemptSchema),
        }),
      )
      .exactOptional()
      .meta({
        description:
          "Attempts of the runs that this one continues with `--again`, the first run first, without those repeated later; if the best attempt counts.",
      }),
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
