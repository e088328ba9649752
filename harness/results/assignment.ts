import type { Written } from "../task/written.ts";
import type { assignmentFileSchema, assignmentSchema } from "./assignment-schema.ts";

const DEFAULT_POINTS = 10;

/** Which tasks count, and how points are given. */
export type Assignment = Written<typeof assignmentSchema>;

/** An assignment as a person writes it: it may name a track in place of tasks. */
export type WrittenAssignment = Written<typeof assignmentFileSchema>;

/** How one task counts. */
export type TaskPoints = Assignment["tasks"][string];

export type SpeedPoints = NonNullable<TaskPoints["speed"]>;

export type LateRule = NonNullable<Assignment["late"]>;

/** Every task with equal points, for correctness only unless said otherwise. */
export function countEqually(
  taskNames: readonly string[],
  each: TaskPoints = { points: DEFAULT_POINTS, correctness: 1 },
): Assignment["tasks"] {
  return Object.fromEntries(taskNames.map((name) => [name, each]));
}

/** The assignment if none is given. */
export function defaultAssignment(taskNames: readonly string[]): Assignment {
  return { title: "All tasks", tasks: countEqually(taskNames), practice: false, software: false };
}
