import type { SpeedPoints } from "../../results/assignment.ts";
import type { AttemptTimings } from "../../results/attempt.ts";
import type { Evidence, WrongElements } from "../../results/evidence.ts";
import type { ClockName, Roofline, StoppedBy } from "../../results/measurement.ts";
import type { NotTaken } from "../../results/not-taken.ts";
import type { Verdict } from "../../results/verdict.ts";
import type { SimilarFragment } from "../../similarity/similar-work.ts";
import type { Need } from "../needs-person.ts";

// The data in index.html. The head is unpacked when the page opens, and contains the data of all tables and overviews.
// Chunks contain the details of attempts; each is unpacked when one of its attempts is opened.

export interface IndexHead {
  readonly run: RunFacts;
  readonly needs: readonly Need[];
  readonly notTaken: readonly NotTaken[];
  readonly tasks: readonly TaskHead[];
  /** The possible points of the assignment. */
  readonly max: number;
  /** The best first. */
  readonly candidates: readonly CandidateHead[];
  readonly attempts: readonly AttemptHead[];
  /** The groups of all failing attempts, the largest first. */
  readonly mistakes: readonly MistakeGroup[];
  readonly similar: SimilarHead;
}

export interface RunFacts {
  readonly title: string;
  readonly name: string;
  readonly startedAt: string;
  readonly state: "running" | "finished" | "stopped";
  readonly adapter: string;
  readonly adapterKind: "hardware" | "software";
  readonly driver: string;
  readonly vendor: string;
  readonly architecture: string;
  readonly harnessVersion: string;
  readonly dawnVersion: string;
  readonly seed: string;
  readonly isPractice: boolean;
  /** Speed gives points on a software adapter too. */
  readonly countsSoftwareSpeed: boolean;
  /** The largest difference of a baseline from itself, as a share; null if nothing was measured. */
  readonly noiseFloor: number | null;
  /** The adapter's peak rates; null if nothing was measured. */
  readonly roofline: Roofline | null;
  readonly refused: readonly { readonly path: string; readonly reason: string }[];
  /** Warnings about probable mistakes, each a sentence. */
  readonly remarks: readonly string[];
}

export interface TaskHead {
  readonly name: string;
  /** The possible points, without those that cannot be marked. */
  readonly points: number;
  /** The points that the assignment gives for correctness, and at most for speed. */
  readonly correctnessPoints: number;
  readonly speedPoints: number;
  readonly speed: SpeedPoints | null;
  readonly cases: readonly CaseHead[];
}

/** The part of a case that is the same for all candidates. */
export interface CaseHead {
  readonly index: number;
  /** `rows=3 cols=5, causal=1` */
  readonly sizes: string;
  readonly data: string;
  readonly group: string;
}

export interface CandidateHead {
  /** Their folder's name, which identifies them in addresses. */
  readonly name: string;
  /** The person's name, from the roster; may be empty. */
  readonly person: string;
  /** From the roster; may be empty. */
  readonly section: string;
  /** Their name on the leaderboard for everyone. */
  readonly code: string;
  readonly points: number;
  readonly max: number;
  /** What changed the total: team, late days, adjustments; may be empty. */
  readonly remark: string;
  /** From 1; equal points give equal ranks. */
  readonly rank: number;
}

export interface AttemptHead {
  /** Places in the head's lists. */
  readonly candidate: number;
  readonly task: number;
  readonly verdict: Verdict;
  readonly points: number | null;
  readonly max: number;
  readonly correctnessPoints: number | null;
  readonly speedPoints: number | null;
  /** The reasons for lost points, and what rules and people did to the mark. */
  readonly remark: string;
  /** A place in the head's mistakes; null if it does not fail. */
  readonly mistake: number | null;
  /** Null if it was not measured. */
  readonly speed: SpeedHead | null;
  readonly chunk: number;
  readonly place: number;
}

export interface SpeedHead {
  /** Geometric mean over the shapes. */
  readonly mean: number;
  readonly isImplausible: boolean;
  readonly shapes: readonly ShapeSpeed[];
}

export interface ShapeSpeed {
  readonly name: string;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly candidateNs: number;
  readonly bytes: number;
  readonly flops: number;
  readonly rooflineShare: number;
}

/** Failing attempts with the same cause, as far as it is known. */
export interface MistakeGroup {
  readonly kind: MistakeKind;
  /** A known mistake, a finding, a message without its names and numbers, or a description of the wrong elements. */
  readonly about: string;
  /** How to fix it; may be empty. */
  readonly hint: string;
  /** A map of the wrong elements, which all of them have in common; null if there is none. */
  readonly pattern: Pick<WrongElements, "output" | "picture" | "elementCount"> | null;
}

/** What the attempts of a group have in common, from the most to the least informative. */
export type MistakeKind = "known" | "finding" | "message" | "pattern";

export interface SimilarHead {
  /** The most similar first. */
  readonly groups: readonly SimilarGroupHead[];
  /** Less similar groups that are not listed, and the pairs of submissions in them. */
  readonly omittedGroups: number;
  readonly omittedPairs: number;
  readonly builtInCode: readonly BuiltInHead[];
}

/** Similar sources for a task. */
export interface SimilarGroupHead {
  readonly task: number;
  readonly members: readonly SimilarMemberHead[];
  /** From 0 to 1, of the two most similar and of the two least similar members. */
  readonly highest: number;
  readonly lowest: number;
  /** The most similar first. */
  readonly pairs: readonly SimilarPairHead[];
  readonly omittedPairs: number;
}

export interface SimilarMemberHead {
  /** Null for one of an earlier cohort. */
  readonly candidate: number | null;
  readonly name: string;
  /** Empty for one of this run. */
  readonly cohort: string;
  /** Members of one variant differ in names, numbers, comments and layout only. */
  readonly variant: number;
  /** Those of an earlier cohort; this run's are in the chunks. */
  readonly files: readonly SourceText[];
}

export interface SimilarPairHead {
  /** Places in the group's members. */
  readonly a: number;
  readonly b: number;
  readonly similarity: number;
  readonly fragments: readonly SimilarFragment[];
}

/** A submission that is code which comes with Kernelmark. */
export interface BuiltInHead {
  readonly task: number;
  readonly candidate: number;
  /** `the tuned kernel` */
  readonly source: string;
  readonly isVerbatim: boolean;
}

export interface Chunk {
  /** Each text once, even if several attempts have it. */
  readonly files: readonly SourceText[];
  readonly attempts: readonly AttemptDetail[];
}

export interface SourceText {
  readonly name: string;
  readonly text: string;
}

export interface AttemptDetail {
  readonly file: string;
  readonly hash: string;
  readonly message: string;
  readonly evidence: Evidence | null;
  /** Findings not in the message, each a sentence. */
  readonly findings: readonly string[];
  readonly log: string;
  readonly remarks: readonly string[];
  readonly startedAt: string;
  readonly durationMs: number;
  readonly timings: AttemptTimings;
  /** Places in the chunk's files. */
  readonly files: readonly number[];
  readonly cases: readonly CaseDetail[];
  readonly measurement: MeasurementDetail | null;
}

export interface CaseDetail {
  readonly index: number;
  readonly verdict: Verdict;
  /** Empty if the evidence or the numbers say the same. */
  readonly message: string;
  readonly evidence: Evidence | null;
  readonly remarks: readonly string[];
  readonly share: number | null;
  readonly precision: number | null;
}

export type MeasurementDetail =
  | { readonly state: "failed"; readonly message: string }
  | {
      readonly state: "measured";
      readonly against: string;
      readonly clock: ClockName;
      readonly tickNs: number;
      readonly budgetMs: number;
      /** In the order of the head's shapes. */
      readonly shapes: readonly ShapeDetail[];
      /** Bottlenecks, each a sentence. */
      readonly findings: readonly string[];
    };

export interface ShapeDetail {
  readonly name: string;
  readonly sizes: string;
  readonly yardstickNs: number;
  readonly floorLow: number;
  readonly floorHigh: number;
  readonly stoppedBy: StoppedBy;
  readonly sampleCount: number;
  readonly runsPerSample: number;
  readonly inputSets: number;
  readonly checkedOutputs: number;
  /** Of the samples' ratios, from the least to the largest; all samples are in `samples.csv` and `results.json`. */
  readonly quantiles: readonly number[];
}
