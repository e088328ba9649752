import * as z from "zod";
import type { BundleResult } from "../plan/bundle.ts";
import { attemptSchema } from "../results/attempt-schema.ts";
import { evidenceSchema } from "../results/evidence-schema.ts";
import { measurementSchema } from "../results/measurement-schema.ts";
import type { AdapterDescription, Results } from "../results/results.ts";
import { VERDICTS } from "../results/verdict.ts";
import type { FaultyBundle } from "../run/judging-service.ts";
import type { MeasureRequest } from "../run/measuring-service.ts";
import type { Submission } from "../submission/read.ts";
import type { JudgingLimits } from "../task/limits.ts";

/** A process on a machine, for messages. */
export interface Host {
  readonly host: string;
  readonly pid: number;
}

/** A run that looks for workers; announced by its supervisor while it lives. */
export interface RunAnnouncement {
  /** The same for a run whenever it is resumed. */
  readonly id: string;
  readonly name: string;
  /** Random, for each start of a supervisor: jobs of an earlier one are not valid. */
  readonly session: string;
  readonly supervisor: Host;
  readonly version: string;
  readonly adapter: AdapterDescription;
  readonly seed: Results["seed"];
  readonly limits: JudgingLimits;
  readonly isIsolated: boolean;
}

/** A worker that is ready, or at work. */
export interface WorkerAnnouncement extends Host {
  /** Random, for each start of a worker. */
  readonly id: string;
  readonly version: string;
  readonly adapter: AdapterDescription;
  /** The number of submissions that it judges at the same time. */
  readonly jobs: number;
}

/** The part of a job that ties it to its place: another job, session or run cannot use it. */
export interface JobHead {
  readonly id: string;
  readonly session: string;
  /** Random; its verdict repeats it. */
  readonly nonce: string;
}

export interface JudgeBody {
  readonly submission: Omit<Submission, "folder">;
  readonly bundled: BundleResult | FaultyBundle;
}

export type MeasureBody = MeasureRequest;

/** As a worker sends a fault in an added task, which stops the run. */
const taskFault = z.strictObject({ kind: z.literal("task-fault"), message: z.string(), hint: z.string().optional() });

/** What a worker answers to a `JudgeBody`. */
export const judgeAnswerSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("judged"), attempt: attemptSchema }),
  taskFault,
]);

const refusal = z.strictObject({ verdict: z.enum(VERDICTS), message: z.string(), evidence: evidenceSchema.nullable() });

/** What a worker answers to a `MeasureBody`; see `MeasureOutcome`. */
export const measureAnswerSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("measured"), measurement: measurementSchema.options[0] }),
  z.object({ kind: z.literal("refused"), contestant: z.enum(["candidate", "yardstick"]), refusal }),
  z.object({ kind: z.literal("fault"), message: z.string(), fault: z.any().optional() }),
]);

/** A worker's answer, tied to the job that it belongs to. */
export const verdictSchema = z.strictObject({
  id: z.string(),
  nonce: z.string(),
  /** The worker's machine. */
  machine: z.string(),
  answer: z.unknown(),
});
