import * as z from "zod";
import { defaultLimits, type JudgingLimits, limitRanges } from "../task/limits.ts";
import { TRACKS } from "../task/task.ts";
import { DURATION, PERCENTAGE, shareOf } from "./written-quantities.ts";

/** The default share of a task's points for correctness if speed counts too. */
const CORRECTNESS_BESIDE_SPEED = 0.6;

const PERCENTAGE_WORDS = "must be a percentage such as `10 %`";
const DURATION_WORDS = "must be a time span such as `15m`, `2h` or `7d`";
const SPEED_RULES = ["full", "table", "curve", "roofline"] as const;
const TASK_KINDS = ["required", "optional", "bonus"] as const;

/** A share of points as people write it: `10 %`. */
const percentage = z
  .string({ error: PERCENTAGE_WORDS })
  .regex(PERCENTAGE, PERCENTAGE_WORDS)
  .refine((text) => !(shareOf(text) > 1), "must be at most 100 %");

/** A time span as people write it: `15m`, `2h`, `1d`. */
const duration = z.string({ error: DURATION_WORDS }).regex(DURATION, DURATION_WORDS);

const ascending = (values: readonly number[]) =>
  values.every((value, place) => place === 0 || value > values[place - 1]!);

const speedSchema = z
  .strictObject({
    against: z
      .enum(["plain", "tuned"])
      .meta({ description: "The built-in kernel to compare with: the plain one or the tuned one." }),
    full: z
      .number()
      .gt(1, "must be more than 1, since 1 means as fast as the baseline, which gives no points")
      .exactOptional()
      .meta({
        description:
          "The speedup over the baseline that gives all speed points; each doubling below it gives the same.",
      }),
    table: z
      .array(
        z.tuple([z.number().gt(0, "must be more than 0"), z.number().min(0, "must not be negative")], {
          error: "must be a pair of a speedup and its points, such as [1.5, 4]",
        }),
        { error: "must be a list of pairs such as [[1.5, 4], [3, 10]]" },
      )
      .min(1, "must have at least one pair, such as [1.5, 4]")
      .refine((rows) => ascending(rows.map(([speedup]) => speedup)), "must list its speedups from low to high")
      .refine((rows) => ascending([0, ...rows.map(([, points]) => points)]), "must give more points for more speed")
      .exactOptional()
      .meta({ description: "Thresholds: pairs of a speedup over the baseline and the speed points from there on." }),
    curve: z.enum(["cs149"]).exactOptional().meta({
      description:
        "All speed points within 1.2 times the baseline's time, none from ten times; in between, its share of the speed.",
    }),
    roofline: z
      .number()
      .gt(0, "must be a share above 0, up to 1")
      .max(1, "must be a share above 0, up to 1")
      .exactOptional()
      .meta({ description: "The share of the adapter's roofline that gives all speed points." }),
  })
  .superRefine((speed, { addIssue }) => {
    const named = SPEED_RULES.filter((name) => speed[name] !== undefined);
    const all = SPEED_RULES.map((name) => `\`${name}\``).join(", ");
    if (named.length === 0) addIssue({ code: "custom", message: `lacks a rule: add one of ${all}` });
    if (named.length < 2) return;
    addIssue({
      code: "custom",
      path: [named[1]!],
      message: `cannot be combined with \`${named[0]}\`: keep one of them`,
    });
  })
  .meta({ description: "Omit it if only correctness counts." });

const groupSchema = z
  .strictObject({
    weight: z
      .number()
      .gt(0, "must be more than 0")
      .exactOptional()
      .meta({ description: "How much the group counts, in relation to the others; 1 by default." }),
    hidden: z.boolean().exactOptional().meta({
      description: "Whether candidates see its evidence only after the deadline.",
    }),
  })
  .meta({ description: "How a group of cases counts." });

/** How a task of a track counts. */
const pointsShape = {
  points: z.number().min(0, "must not be negative").meta({ description: "The maximum points for the task." }),
  correctness: z.number().min(0, "must be a share from 0 to 1").max(1, "must be a share from 0 to 1").optional().meta({
    description:
      "The share of the points for correct results; the rest is for speed. By default 1, or 0.6 if speed counts, or what a `table` leaves.",
  }),
  speed: speedSchema.exactOptional(),
};

type WrittenPoints = z.output<z.ZodObject<typeof pointsShape>>;

function checkPoints({ points, correctness, speed }: WrittenPoints, { addIssue }: z.core.$RefinementCtx): void {
  const refuse = (path: string[], message: string) => addIssue({ code: "custom", path, message });
  if (speed === undefined && correctness !== undefined && correctness !== 1) {
    refuse(["correctness"], "reserves points for speed, but `speed` is missing: add it, or remove `correctness`");
  }
  const most = speed?.table?.at(-1)?.[1];
  if (most === undefined) return;
  if (most > points) {
    refuse(
      ["speed", "table"],
      `gives up to ${most} points, but the task is worth ${points}: lower them, or raise \`points\``,
    );
  } else if (correctness !== undefined && Math.abs(points * (1 - correctness) - most) > 1e-9 * points) {
    const left = Number((points * (1 - correctness)).toFixed(4));
    refuse(
      ["correctness"],
      `leaves ${left} points for speed, but \`table\` gives up to ${most}: remove \`correctness\``,
    );
  }
}

function withCorrectness<P extends WrittenPoints>({ correctness, ...rest }: P) {
  const { points, speed } = rest;
  const most = speed?.table?.at(-1)?.[1];
  const share = most !== undefined ? 1 - most / points : speed !== undefined ? CORRECTNESS_BESIDE_SPEED : 1;
  return { ...rest, correctness: correctness ?? share };
}

const eachSchema = z.strictObject(pointsShape).superRefine(checkPoints).transform(withCorrectness);

const taskSchema = z
  .strictObject({
    ...pointsShape,
    groups: z.record(z.string(), groupSchema).exactOptional().meta({
      description: "Groups of cases, by name, that count more or less than others, or are hidden.",
    }),
    required: z.boolean().exactOptional().meta({
      description: "Whether the task must be solved: `drop` keeps it, and reports say if it is not accepted.",
    }),
    optional: z.boolean().exactOptional().meta({
      description: "Whether its points only make up for points lost in other tasks.",
    }),
    bonus: z.boolean().exactOptional().meta({
      description: "Whether its points are added to the total, and are no part of the possible points.",
    }),
  })
  .superRefine((task, context) => {
    checkPoints(task, context);
    const named = TASK_KINDS.filter((kind) => task[kind] === true);
    if (named.length < 2) return;
    context.addIssue({
      code: "custom",
      path: [named[1]!],
      message: `cannot be combined with \`${named[0]}\`: keep one of them`,
    });
  })
  .transform(withCorrectness);

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

const fileName = z.string({ error: "must name a file" }).regex(/\S/, "must name a file");

const lateSchema = z
  .strictObject({
    perDay: percentage.meta({ description: "The share of the earned points that each started day costs: `10 %`." }),
    grace: duration.exactOptional().meta({ description: "Added to the deadline: so late still counts as on time." }),
    days: z
      .number()
      .int("must be a whole number")
      .min(0, "must not be negative")
      .max(365, "must be at most 365")
      .exactOptional()
      .meta({
        description: "Late days of each person: each moves their deadline by a day, where that raises the mark.",
      }),
    max: percentage.exactOptional().meta({ description: "The largest share that lateness costs; 100 % by default." }),
    until: duration.exactOptional().meta({ description: "How late a submission may be; later ones get 0 points." }),
    extensions: fileName.exactOptional().meta({
      description: "CSV file of later deadlines, relative to this file: candidate, until or extra, days, task.",
    }),
  })
  .meta({ description: "What late submissions lose; it needs a `deadline`." });

const settings = {
  deadline: z.iso
    .datetime({ offset: true, error: 'must be a date and time such as "2026-05-04T18:00:00+02:00"' })
    .exactOptional()
    .meta({
      description: "Until then, feedback for candidates hides the seed of the inputs; without a deadline, always.",
    }),
  late: lateSchema.exactOptional(),
  attempts: z.enum(["last", "best"]).exactOptional().meta({
    description:
      "Which attempt at a task counts, of this run and those that `grade --again` continues; `last` by default.",
  }),
  drop: z
    .number()
    .int("must be a whole number")
    .min(0, "must not be negative")
    .exactOptional()
    .meta({ description: "How many of a candidate's lowest marks do not count." }),
  adjustments: fileName.exactOptional().meta({
    description: "CSV file of marks changed by hand, relative to this file: candidate, task, points or change, reason.",
  }),
  teams: fileName.exactOptional().meta({
    description: "CSV file of people who submit in one folder, relative to this file: team, candidate.",
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

type Settings = z.output<z.ZodObject<typeof settings>>;
type CountedTasks = z.output<typeof tasks>;

function checkSettings(
  { deadline, late, drop = 0, tasks }: Settings & { readonly tasks?: CountedTasks },
  { addIssue }: z.core.$RefinementCtx,
): void {
  const refuse = (path: string[], message: string) => addIssue({ code: "custom", path, message });
  if (late !== undefined && deadline === undefined) refuse(["late"], "needs a `deadline`: add it");
  if (tasks === undefined) return;
  const counted = Object.values(tasks).filter(({ optional, bonus }) => optional !== true && bonus !== true);
  if (counted.length === 0) refuse(["tasks"], "must have a task that is neither `optional` nor `bonus`");
  const droppable = Object.entries(tasks).filter(
    ([, { required, optional, bonus }]) => !(required || optional || bonus),
  );
  const problem = drop === 0 ? undefined : dropProblem(drop, droppable, counted.length);
  if (problem !== undefined) refuse(["drop"], problem);
}

/** With tasks of different worth, candidates would have different possible points, which gradebooks cannot represent. */
function dropProblem(
  drop: number,
  droppable: readonly (readonly [string, { readonly points: number }])[],
  countedTasks: number,
): string | undefined {
  const most = droppable.length === countedTasks ? droppable.length - 1 : droppable.length;
  if (drop > most) {
    return `must be at most ${Math.max(most, 0)}, but is ${drop}: ${droppable.length} of the tasks are not required, optional or bonus`;
  }
  const [first, ...others] = droppable;
  const other = others.find(([, { points }]) => points !== first![1].points);
  if (other === undefined) return undefined;
  return `needs tasks that are worth the same, but ${first![0]} is worth ${first![1].points} and ${other[0]} ${other[1].points}: change \`points\`, or make one \`required\``;
}

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
    each: eachSchema.exactOptional().meta({ description: "How each task of the track counts; 10 points by default." }),
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
  .superRefine(checkSettings)
  .meta(meta);

/**
 * For editors: they complete and check `assignment.yaml` with it.
 *
 * @internal
 */
export function assignmentJsonSchema(): object {
  return z.toJSONSchema(assignmentFileSchema, { io: "input" });
}
