import type { JudgingLimits } from "../task/limits.ts";

const DEFAULT_POINTS = 10;

/** How one task counts. */
export interface TaskPoints {
  readonly points: number;
  /** Share of the points for right results. */
  readonly correctness: number;
  readonly speed?: SpeedPoints;
}

export interface SpeedPoints {
  /** The built-in kernel that the submission is compared with. */
  readonly against: "plain" | "tuned";
  /** How many times as fast as that kernel gives all speed points; more than 1. */
  readonly full: number;
}

/** Which tasks count, and how points are given. */
export interface Assignment {
  readonly title: string;
  readonly tasks: Readonly<Record<string, TaskPoints>>;
  /** ISO 8601. The seed of the inputs is not told before, and where there is no deadline not at all. */
  readonly deadline?: string;
  /** Where they are not the usual ones. */
  readonly limits?: JudgingLimits;
  /** Marks are indicative. */
  readonly practice: boolean;
  /** Speed counts on a software adapter too. */
  readonly software: boolean;
}

/** What counts where no assignment was given: every task alike, and correctness only. */
export function defaultAssignment(taskNames: readonly string[]): Assignment {
  const tasks = Object.fromEntries(taskNames.map((name) => [name, { points: DEFAULT_POINTS, correctness: 1 }]));
  return { title: "All tasks", tasks, practice: false, software: false };
}
