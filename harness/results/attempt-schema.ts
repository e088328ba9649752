import * as z from "zod";
import { evidenceSchema, mistakeSchema } from "./evidence-schema.ts";
import { findingSchema } from "./finding-schema.ts";
import { measurementSchema } from "./measurement-schema.ts";
import { float, sizes } from "./number-schema.ts";
import { VERDICTS } from "./verdict.ts";

const message = z.string().meta({ description: "One sentence for the candidate." });

export const caseResultSchema = z
  .strictObject({
    index: z.number(),
    shape: sizes,
    params: sizes,
    data: z.string(),
    group: z.string(),
    verdict: z.enum(VERDICTS),
    message,
    evidence: evidenceSchema.nullable(),
    remarks: z.array(z.string()),
    largestShare: float.exactOptional().meta({
      description: "The largest error as a share of its bound; only if the case was accepted.",
    }),
    largestShares: z.record(z.string(), float).exactOptional().meta({
      description: "The same for each output; only if there are several.",
    }),
    precisionRatio: float.exactOptional().meta({
      description:
        "The root-mean-square error as a multiple of the baseline's; only if the case was accepted and measures it.",
    }),
  })
  .meta({ id: "CaseResult", description: "How a submission did on one case." });

const timings = z.strictObject({
  bundleMs: z.number().meta({ description: "Bundling, in the supervisor." }),
  planMs: z.number().meta({ description: "Making plans, except while a pipeline was being compiled." }),
  compileMs: z.number().meta({ description: "Compiling shaders and pipelines." }),
  runMs: z.number().meta({ description: "Running the kernel on the cases, with upload, read-back and comparison." }),
  kernelMs: z.number().meta({ description: "The part of `runMs` in which the GPU was at work." }),
  referenceMs: z.number().meta({ description: "Reading references, and waiting for those not made yet." }),
  diagnoseMs: z.number().meta({ description: "Looking for the mistake that explains the wrong cases." }),
});

/** An attempt as it is written to a run's log and to `results.json`. */
export const attemptSchema = z
  .strictObject({
    schema: z.literal(1),
    candidate: z.string(),
    task: z.string(),
    file: z
      .string()
      .meta({ description: "The module, relative to the candidate's folder; empty if nothing was submitted." }),
    hash: z
      .string()
      .meta({ description: "SHA-256 of the submission's files, in hexadecimal; empty if nothing was submitted." }),
    files: z
      .array(
        z.strictObject({
          name: z
            .string()
            .meta({ description: "Relative to the candidate's folder, with `/` between folders; the list is sorted." }),
          text: z.string(),
        }),
      )
      .meta({ description: "The files read from the submission: the module and its imports." }),
    verdict: z.enum(VERDICTS),
    message,
    evidence: evidenceSchema.nullable().meta({
      description: "The problem that stopped the submission before any case, or the evidence of the case in `message`.",
    }),
    mistake: mistakeSchema.nullable().meta({ description: "The known mistake that explains the wrong cases." }),
    findings: z.array(findingSchema).meta({
      description: "Other findings about the failure, the most informative first; empty if it is accepted.",
    }),
    cases: z.array(caseResultSchema).meta({
      description: "In the order in which they ran, without those after a case that ended the worker.",
    }),
    caseCount: z.number().meta({ description: "The number of cases to run." }),
    log: z.string().meta({ description: "The plan function's log, up to a limit." }),
    remarks: z.array(z.string()),
    startedAt: z.string().meta({ description: "ISO 8601, UTC." }),
    durationMs: z.number(),
    timings: timings.meta({ description: "The attempt's time by step." }),
    machine: z
      .string()
      .exactOptional()
      .meta({ description: "The worker's machine, if the run was shared by several." }),
    measurement: measurementSchema.nullable().meta({ description: "Its speed; null if it was not measured." }),
    reusedFrom: z.string().exactOptional().meta({
      description: "The earlier run that this judgement was copied from, if nothing had changed since.",
    }),
  })
  .meta({ id: "Attempt", description: "One submission for one task, judged." });
