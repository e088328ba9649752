/** What a finding is about: where the output is wrong, in what way, what may be the cause, or how the code is written. */
export const ASPECTS = ["where", "how", "why", "code", "speed"] as const;
export type Aspect = (typeof ASPECTS)[number];

/** One thing that was found out about a submission, for people. */
export interface Finding {
  readonly aspect: Aspect;
  /** As an identifier: `never-written`, `constant-factor`. */
  readonly kind: string;
  /** A whole sentence in plain words. A guess says that it is one: "It looks as if …". */
  readonly sentence: string;
  /** Whether it is a guess at a cause, rather than what was seen. */
  readonly isGuess: boolean;
  /** In the candidate's files, where the finding belongs to a place. */
  readonly place?: { readonly file: string; readonly line: number };
}
