import * as z from "zod";
import { assignmentSchema } from "./assignment-schema.ts";
import type { Attempt } from "./attempt.ts";
import { ASPECTS } from "./finding.ts";
import { CLOCKS, STOPS } from "./measurement.ts";
import type { Results } from "./results.ts";
import { rosterEntrySchema } from "./roster.ts";
import { VERDICTS } from "./verdict.ts";

/** A number that may be one of those that JSON lacks, and that are then written as strings. */
const float = z.union([z.number(), z.enum(["Infinity", "-Infinity", "NaN"]).transform(Number)]);
const floatAsWritten = z.union([z.number(), z.string()]);
const sizes = z.record(z.string(), z.number());

const element = z
  .strictObject({
    index: z.array(z.number()),
    expected: floatAsWritten,
    got: floatAsWritten,
    bound: float,
  })
  .meta({ id: "Element" });
const mistake = z
  .strictObject({ name: z.string(), about: z.string(), hint: z.string() })
  .meta({ id: "Mistake", description: "A known mistake that gives just this output." });

const finding = z
  .strictObject({
    aspect: z.enum(ASPECTS),
    kind: z.string(),
    sentence: z.string(),
    isGuess: z.boolean(),
    place: z.strictObject({ file: z.string(), line: z.number() }).exactOptional(),
  })
  .meta({ id: "Finding", description: "One thing that was found out about a submission, in a sentence." });

const evidence = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("wrong-elements"),
      output: z.string(),
      first: element,
      worst: element,
      wrongCount: z.number(),
      neverWrittenCount: z.number(),
      judgedCount: z.number(),
      elementCount: z.number(),
      picture: z.array(z.string()),
      isByReadOutside: z.literal(true).exactOptional(),
      mistake: mistake.exactOptional(),
    }),
    z.strictObject({
      kind: z.literal("outside-writes"),
      buffer: z.string(),
      isScratch: z.boolean(),
      length: z.number(),
      index: z.number(),
    }),
    z.strictObject({ kind: z.literal("lost-precision"), output: z.string(), ratio: float, limit: z.number() }),
    z.strictObject({
      kind: z.literal("source"),
      file: z.string(),
      line: z.number(),
      column: z.number(),
      frame: z.string(),
    }),
    z.strictObject({ kind: z.literal("limit"), what: z.string(), limitMs: z.number() }),
  ])
  .meta({ id: "Evidence", description: "What was found out about a failure." });

const caseResult = z
  .strictObject({
    index: z.number(),
    shape: sizes,
    params: sizes,
    data: z.string(),
    group: z.string(),
    verdict: z.enum(VERDICTS),
    message: z.string(),
    evidence: evidence.nullable(),
    remarks: z.array(z.string()),
    largestShare: float.exactOptional(),
    precisionRatio: float.exactOptional(),
  })
  .meta({ id: "CaseResult", description: "How a submission did on one case." });

const interval = z.strictObject({ estimate: float, low: float, high: float });

const shapeMeasurement = z
  .strictObject({
    name: z.string(),
    shape: sizes,
    params: sizes,
    candidateNs: z.number(),
    yardstickNs: z.number(),
    speedup: interval.meta({
      description: "The yardstick's time divided by the submission's, with its 95 % interval.",
    }),
    noiseFloor: interval.meta({ description: "The yardstick's time divided by its own." }),
    bytes: z.number(),
    flops: z.number(),
    rooflineShare: z.number(),
    isImplausible: z.boolean(),
    stoppedBy: z.enum(STOPS),
    runsPerSample: z.number(),
    inputSets: z.number(),
    inputSetBytes: z.number(),
    busyShare: z.number(),
    checkedOutputs: z.number(),
    samples: z.array(z.tuple([z.number(), z.number()])).meta({
      description: "Pairs of the submission's and the yardstick's time, in ns, each of `runsPerSample` runs.",
    }),
  })
  .meta({ id: "ShapeMeasurement", description: "How fast a submission is on one shape." });

const measurement = z
  .discriminatedUnion("state", [
    z.strictObject({
      state: z.literal("measured"),
      against: z.string(),
      clock: z.enum(CLOCKS),
      tickNs: z.number(),
      budgetMs: z.number(),
      roofline: z
        .strictObject({
          copies: z.array(z.strictObject({ bytes: z.number(), bytesPerSecond: z.number() })),
          f32PerSecond: z.number(),
          int8PerSecond: z.number(),
        })
        .meta({ id: "Roofline", description: "What the adapter can do at best, as far as was measured." }),
      speedup: z.number(),
      isImplausible: z.boolean(),
      shapes: z.array(shapeMeasurement),
      findings: z.array(finding),
    }),
    z.strictObject({ state: z.literal("failed"), message: z.string() }),
  ])
  .meta({ id: "Measurement", description: "How fast a submission is, or why that is not known." });

/** An attempt as it is written to a run's log and to `results.json`. */
export const attemptSchema = z
  .strictObject({
    schema: z.literal(1),
    candidate: z.string(),
    task: z.string(),
    file: z.string(),
    hash: z.string(),
    files: z
      .array(z.strictObject({ name: z.string(), text: z.string() }))
      .meta({ description: "What was read of the submission: the module, and what it imports." }),
    verdict: z.enum(VERDICTS),
    message: z.string(),
    evidence: evidence.nullable(),
    mistake: mistake.nullable(),
    findings: z.array(finding),
    cases: z.array(caseResult),
    caseCount: z.number(),
    log: z.string(),
    remarks: z.array(z.string()),
    startedAt: z.string(),
    durationMs: z.number(),
    timings: z.strictObject({
      bundleMs: z.number(),
      planMs: z.number(),
      compileMs: z.number(),
      runMs: z.number(),
      kernelMs: z.number(),
      referenceMs: z.number(),
      diagnoseMs: z.number(),
    }),
    measurement: measurement.nullable(),
    reusedFrom: z.string().exactOptional().meta({
      description: "The earlier run whose judgement this is, where nothing had changed since.",
    }),
  })
  .meta({ id: "Attempt", description: "One submission for one task, judged." });

/** `results.json`. */
export const resultsSchema = z
  .strictObject({
    schema: z.literal(1),
    run: z.string(),
    harnessVersion: z.string(),
    dawnVersion: z.string(),
    adapter: z.strictObject({
      name: z.enum(["gpu", "lavapipe", "swiftshader"]),
      kind: z.enum(["hardware", "software"]),
      description: z.string(),
      vendor: z.string(),
      architecture: z.string(),
      driver: z.string(),
    }),
    seed: z.string(),
    assignment: assignmentSchema,
    caseGroups: z
      .record(z.string(), z.record(z.string(), z.array(z.number())))
      .meta({ description: "Of each task, the cases that stand or fall together, by their group's name." }),
    refused: z
      .array(z.strictObject({ path: z.string(), reason: z.string() }))
      .meta({ description: "What was not graded, and why." }),
    remarks: z.array(z.string()),
    roster: z.array(rosterEntrySchema).meta({ description: "Who should have handed something in; may be empty." }),
    startedAt: z.string(),
    state: z.enum(["running", "finished", "stopped"]),
    attempts: z.array(attemptSchema),
  })
  .meta({ title: "Kernelmark results", description: "One grading of many submissions: results.json." });

// Does not compile where a type of the harness has what its schema lacks, or the other way round.
type Plain<T> = T extends object ? { -readonly [K in keyof T]: Plain<T[K]> } : T;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
true satisfies Same<Plain<z.output<typeof attemptSchema>>, Plain<Attempt>>;
true satisfies Same<Plain<z.output<typeof resultsSchema>>, Plain<Results>>;

/**
 * For programs that read `results.json`.
 *
 * @internal
 */
export function resultsJsonSchema(): object {
  return z.toJSONSchema(resultsSchema, { io: "input" });
}
