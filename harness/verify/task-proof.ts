/** One line of a proof. */
export interface ProofCheck {
  /** What is proved: "each mistake is caught and named, and only it". */
  readonly about: string;
  readonly state: "passed" | "failed" | "skipped";
  /** The figure: "7 of 7". */
  readonly found: string;
  /** Each with its place. */
  readonly problems: readonly string[];
  /** What to do about them. */
  readonly fix: string;
  /** What needs no action. */
  readonly remarks: readonly string[];
}

/** What `kernelmark verify` finds out about a task. */
export interface TaskProof {
  readonly task: string;
  readonly folder: string;
  readonly checks: readonly ProofCheck[];
}

export function hasPassed({ checks }: TaskProof): boolean {
  return checks.every(({ state }) => state !== "failed");
}

/** A check that has passed if nothing is wrong. */
export function checked(
  about: string,
  found: string,
  problems: readonly string[],
  fix: string,
  remarks: readonly string[] = [],
): ProofCheck {
  return { about, state: problems.length === 0 ? "passed" : "failed", found, problems, fix, remarks };
}

export function skipped(about: string, why: string): ProofCheck {
  return { about, state: "skipped", found: why, problems: [], fix: "", remarks: [] };
}
