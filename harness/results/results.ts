import type { AdapterDescription } from "./adapter-description.ts";
import type { Assignment } from "./assignment.ts";
import type { Attempt } from "./attempt.ts";
import type { RosterEntry } from "./roster.ts";

/** A path that is not graded, and why. */
export interface RefusedPath {
  /** Relative to the folder of submissions, printable. */
  readonly path: string;
  /** Sentences for the candidate. */
  readonly reason: string;
}

/** One grading of many submissions under one assignment, seed and adapter: `results.json`. */
export interface Results {
  readonly schema: 1;
  /** Name of the run's folder. */
  readonly run: string;
  readonly harnessVersion: string;
  readonly dawnVersion: string;
  readonly adapter: AdapterDescription;
  /** Secret until the deadline: with it, every input can be drawn again. */
  readonly seed: string;
  readonly assignment: Assignment;
  /** Of each task, the indices of the cases that stand or fall together, by their group's name. */
  readonly caseGroups: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  readonly refused: readonly RefusedPath[];
  /** Sentences on what is probably somebody's mistake. */
  readonly remarks: readonly string[];
  /** Who should have handed something in; empty where there is no list of them. */
  readonly roster: readonly RosterEntry[];
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** `running` until the last attempt is logged; `stopped` where somebody stopped it. */
  readonly state: "running" | "finished" | "stopped";
  readonly attempts: readonly Attempt[];
}
