import * as z from "zod";
import { defaultLimits, type JudgingLimits, limitRanges } from "../task/limits.ts";

/** What a task's correctness is worth where speed counts too, and the assignment does not say. */
const CORRECTNESS_BESIDE_SPEED = 0.6;

const speedSchema = z
  .strictObject({
    against: z
      .enum(["plain", "tuned"])
      .meta({ description: "The kernel to compare with: the easy one, or the tuned built-in one." }),
    full: z
      .number()
      .gt(1, "must be more than 1, since 1 means as fast as the yardstick and gives no points")
      .meta({ description: "How many times as fast as the yardstick gives all speed points." }),
  })
  .meta({ description: "Leave it out where only correctness counts." });

const taskSchema = z
  .strictObject({
    points: z.number().min(0, "must not be negative").meta({ description: "What the task is worth at most." }),
    correctness: z
      .number()
      .min(0, "must be a share from 0 to 1")
      .max(1, "must be a share from 0 to 1")
      .optional()
      .meta({
        description:
          "The share of the points for right results; the rest is for speed. 1 by default, or 0.6 where speed counts.",
      }),
    speed: speedSchema.exactOptional(),
  })
  .refine(({ correctness = 1, speed }) => speed !== undefined || correctness === 1, {
    path: ["correctness"],
    message: "leaves points that nobody can get, since there is no `speed`: add it, or take `correctness` away",
  })
  .transform(({ points, correctness, speed }) => ({
    points,
    correctness: correctness ?? (speed === undefined ? 1 : CORRECTNESS_BESIDE_SPEED),
    ...(speed === undefined ? {} : { speed }),
  }));

const limitFields = Object.entries(limitRanges).map(([name, { least, most, isWhole, about }]) => {
  const range = `must be ${isWhole ? "a whole number " : ""}from ${least} to ${most}`;
  const bounded = z.number().min(least, range).max(most, range);
  const whole = isWhole ? bounded.int(range) : bounded;
  return [name, whole.default(defaultLimits[name as keyof JudgingLimits]).meta({ description: about })];
});

const limitsSchema = z
  .strictObject(Object.fromEntries(limitFields) as Record<keyof JudgingLimits, z.ZodDefault<z.ZodNumber>>)
  .meta({ description: "What a submission may use; what is left out keeps its default." });

/** An assignment as it is written to a file, and to `results.json`. */
export const assignmentSchema = z
  .strictObject({
    title: z.string().default("Assignment").meta({ description: "For headings and gradebooks." }),
    tasks: z
      .record(z.string(), taskSchema)
      .refine((tasks) => Object.keys(tasks).length > 0, "must name at least one task")
      .meta({ description: "The tasks that count, by name; `kernelmark tasks` lists them." }),
    deadline: z.iso
      .datetime({ offset: true, error: 'must be a moment such as "2026-05-04T18:00:00+02:00"' })
      .exactOptional()
      .meta({
        description:
          "Until then, feedback to candidates keeps the seed of the inputs secret; without a deadline, it always does.",
      }),
    limits: limitsSchema.exactOptional(),
    practice: z.boolean().default(false).meta({ description: "Marks are indicative only." }),
    software: z
      .boolean()
      .default(false)
      .meta({ description: "Whether speed counts even where kernels run on a software adapter." }),
  })
  .meta({ title: "Kernelmark assignment", description: "Which tasks count, and how points are given." });

/**
 * For editors: they complete and check `assignment.yaml` with it.
 *
 * @internal
 */
export function assignmentJsonSchema(): object {
  return z.toJSONSchema(assignmentSchema, { io: "input" });
}
