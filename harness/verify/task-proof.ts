import type { ProofFigures } from "./figures.ts";

/** One line of a proof. */
export interface ProofCheck {
  /** The claim: "each mistake caught and named, and only it". */
  readonly about: string;
  readonly state: "passed" | "failed" | "skipped";
  /** The figure: "7 of 7". */
  readonly found: string;
  /** Each with its place. */
  readonly problems: readonly string[];
  /** The fix for them, in a sentence. */
  readonly fix: string;
  /** Notes that need no action. */
  readonly remarks: readonly string[];
}

/** The result of `kernelmark verify` for a task. */
export interface TaskProof {
  readonly task: string;
  readonly folder: string;
  readonly checks: readonly ProofCheck[];
  /** Absent if no kernels were judged. */
  readonly figures?: ProofFigures;
}

export function hasPassed({ checks }: TaskProof): boolean {
  return checks.every(({ state }) => state !== "failed");
}

/** A check that has passed if it found no problems. */
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
