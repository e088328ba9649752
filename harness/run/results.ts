import type { Assignment } from "../assignment/assignment.ts";
import type { AdapterChoice } from "../gpu/adapter.ts";
import type { Attempt } from "./attempt.ts";

/** One grading of many submissions under one assignment, seed and adapter: `results.json`. */
export interface Results {
  readonly schema: 1;
  /** Name of the run's folder. */
  readonly run: string;
  readonly harnessVersion: string;
  readonly dawnVersion: string;
  readonly adapter: Pick<AdapterChoice, "name" | "kind" | "description" | "vendor" | "architecture" | "driver">;
  /** Secret until the deadline: with it, every input can be drawn again. */
  readonly seed: string;
  readonly assignment: Assignment;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** `running` until the last attempt is logged; `stopped` where somebody stopped it. */
  readonly state: "running" | "finished" | "stopped";
  readonly attempts: readonly Attempt[];
}
