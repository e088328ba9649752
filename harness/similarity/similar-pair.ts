/** Lines of a candidate's file, counted from 1, both ends among them. */
export interface SourceLines {
  readonly file: string;
  readonly fromLine: number;
  readonly toLine: number;
}

/** A part that two submissions have in common but for names, numbers, comments and layout. */
export interface SimilarFragment {
  readonly a: SourceLines;
  readonly b: SourceLines;
  /** WGSL tokens in it, as a measure of its length. */
  readonly tokens: number;
}

/** Two candidates whose kernels for a task are alike beyond what the task explains. It is a reason to look, no proof. */
export interface SimilarPair {
  readonly task: string;
  /** The candidates: `a` sorts before `b`. */
  readonly a: string;
  readonly b: string;
  /** Of what is peculiar to the two, the share that they have in common: from 0 to 1. */
  readonly similarity: number;
  /** Tokens of the longest fragment. */
  readonly longestFragment: number;
  /** The longest first. */
  readonly fragments: readonly SimilarFragment[];
}
