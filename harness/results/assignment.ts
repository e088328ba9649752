import type { Written } from "../task/written.ts";
import type { assignmentSchema } from "./assignment-schema.ts";

const DEFAULT_POINTS = 10;

/** Which tasks count, and how points are given. */
export type Assignment = Written<typeof assignmentSchema>;

/** How one task counts. */
export type TaskPoints = Assignment["tasks"][string];

export type SpeedPoints = NonNullable<TaskPoints["speed"]>;

/** The assignment if none is given: every task with equal points, for correctness only. */
export function defaultAssignment(taskNames: readonly string[]): Assignment {
  const tasks = Object.fromEntries(taskNames.map((name) => [name, { points: DEFAULT_POINTS, correctness: 1 }]));
  return { title: "All tasks", tasks, practice: false, software: false };
}
