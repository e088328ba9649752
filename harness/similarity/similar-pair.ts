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

/** Two candidates whose kernels for a task are more alike than the task explains. A reason to look, not proof. */
export interface SimilarPair {
  readonly task: string;
  /** The candidates: `a` sorts before `b`. */
  readonly a: string;
  readonly b: string;
  /** The share of the pair's own code that the two have in common: from 0 to 1. */
  readonly similarity: number;
  /** Tokens of the longest fragment. */
  readonly longestFragment: number;
  /** The longest first. */
  readonly fragments: readonly SimilarFragment[];
}
