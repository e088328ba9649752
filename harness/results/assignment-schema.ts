import * as z from "zod";
import { defaultLimits, type JudgingLimits, limitRanges } from "../task/limits.ts";
import { TRACKS } from "../task/task.ts";

/** The default share of a task's points for correctness if speed counts too. */
const CORRECTNESS_BESIDE_SPEED = 0.6;

const speedSchema = z
  .strictObject({
    against: z
      .enum(["plain", "tuned"])
      .meta({ description: "The built-in kernel to compare with: the plain one or the tuned one." }),
    full: z
      .number()
      .gt(1, "must be more than 1, since 1 means as fast as the baseline, which gives no points")
      .meta({ description: "The speedup over the baseline that gives all speed points." }),
  })
  .meta({ description: "Omit it if only correctness counts." });

const taskSchema = z
  .strictObject({
    points: z.number().min(0, "must not be negative").meta({ description: "The maximum points for the task." }),
    correctness: z
      .number()
      .min(0, "must be a share from 0 to 1")
      .max(1, "must be a share from 0 to 1")
      .optional()
      .meta({
        description:
          "The share of the points for correct results; the rest is for speed. 1 by default, or 0.6 if speed counts.",
      }),
    speed: speedSchema.exactOptional(),
  })
  .refine(({ correctness = 1, speed }) => speed !== undefined || correctness === 1, {
    path: ["correctness"],
    message: "reserves points for speed, but `speed` is missing: add it, or remove `correctness`",
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
  .meta({ description: "Limits of a submission; omitted ones keep their defaults." });

const title = z.string().default("Assignment").meta({ description: "For headings and gradebooks." });

const tasks = z
  .record(z.string(), taskSchema)
  .refine((tasks) => Object.keys(tasks).length > 0, "must name at least one task")
  .meta({ description: "The tasks that count, by name; list them with `kernelmark tasks`." });

const settings = {
  deadline: z.iso
    .datetime({ offset: true, error: 'must be a date and time such as "2026-05-04T18:00:00+02:00"' })
    .exactOptional()
    .meta({
      description: "Until then, feedback for candidates hides the seed of the inputs; without a deadline, always.",
    }),
  taskFolder: z
    .string()
    .min(1, "must name a folder")
    .exactOptional()
    .meta({ description: "Folder with tasks of your own, relative to this file; as `--tasks`." }),
  limits: limitsSchema.exactOptional(),
  practice: z.boolean().default(false).meta({ description: "Marks are provisional." }),
  software: z.boolean().default(false).meta({ description: "Whether speed counts even on a software adapter." }),
  builtInCode: z.enum(["remark", "refuse"]).exactOptional().meta({
    description:
      "For submissions that are a built-in kernel, an example or a step of the tutorial: a warning for you by default, or no points.",
  }),
};

const meta = { title: "Kernelmark assignment", description: "Which tasks count, and how points are given." };

/** An assignment, as in `results.json`. */
export const assignmentSchema = z.strictObject({ title, tasks, ...settings }).meta(meta);

/** An assignment as a person writes it. */
export const assignmentFileSchema = z
  .strictObject({
    title,
    tasks: tasks.exactOptional(),
    track: z
      .enum(TRACKS)
      .exactOptional()
      .meta({ description: "In place of `tasks`: all tasks of a track, as `kernelmark tasks` lists them." }),
    each: taskSchema.exactOptional().meta({ description: "How each task of the track counts; 10 points by default." }),
    ...settings,
  })
  .refine(({ tasks, track }) => tasks !== undefined || track !== undefined, {
    path: ["tasks"],
    message: "is missing: list the tasks that count, or name a `track`",
  })
  .refine(({ tasks, track }) => tasks === undefined || track === undefined, {
    path: ["track"],
    message: "cannot be combined with `tasks`: remove one of them",
  })
  .refine(({ track, each }) => track !== undefined || each === undefined, {
    path: ["each"],
    message: "is for the tasks of a `track`, but `track` is missing",
  })
  .meta(meta);

/**
 * For editors: they complete and check `assignment.yaml` with it.
 *
 * @internal
 */
export function assignmentJsonSchema(): object {
  return z.toJSONSchema(assignmentFileSchema, { io: "input" });
}
