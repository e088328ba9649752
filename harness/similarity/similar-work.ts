import type { SubmittedFile } from "../results/attempt.ts";

/** Lines of a candidate's file, counted from 1, both ends included. */
export interface SourceLines {
  readonly file: string;
  readonly fromLine: number;
  readonly toLine: number;
}

/** A part that is the same in two submissions except for names, numbers, comments and layout. */
export interface SimilarFragment {
  readonly a: SourceLines;
  readonly b: SourceLines;
  /** WGSL tokens in it, as a measure of its length. */
  readonly tokens: number;
}

/** A submission in a group. */
export interface SimilarMember {
  readonly candidate: string;
  /** The earlier cohort that it comes from; null if it is one of this run's. */
  readonly cohort: string | null;
  /** Members with the same number have the same kernel, except for names, numbers, comments and layout. */
  readonly variant: number;
  readonly files: readonly SubmittedFile[];
}

/** Two members of a group, with the parts that they have in common. */
export interface SimilarPair {
  /** Places in the group's members; `a` is less than `b`. */
  readonly a: number;
  readonly b: number;
  /** The share of the pair's own code that the two have in common: from 0 to 1. */
  readonly similarity: number;
  /** Tokens of the longest fragment. */
  readonly longestFragment: number;
  /** The longest first. */
  readonly fragments: readonly SimilarFragment[];
}

/** Submissions for a task that are more alike than the task explains. A reason to look, not proof. */
export interface SimilarGroup {
  readonly task: string;
  /** At least two, and at least one of this run: this run's first, then in alphabetical order. */
  readonly members: readonly SimilarMember[];
  /** The similarity of the two most similar members, and of the two least similar ones. */
  readonly highest: number;
  readonly lowest: number;
  /** The most similar first. Members of one variant are represented by one of them. */
  readonly pairs: readonly SimilarPair[];
  /** Pairs that `pairs` leaves out, because there are too many to read. */
  readonly omittedPairs: number;
}

/** The similar submissions of a run. */
export interface SimilarWork {
  /** The most similar first, then the largest. */
  readonly groups: readonly SimilarGroup[];
  /** Groups that `groups` leaves out, being the least similar, and the pairs of submissions in them. */
  readonly omittedGroups: number;
  readonly omittedPairs: number;
}
