import * as z from "zod";
import type { Written } from "../task/written.ts";
import { time } from "./times.ts";
import { DURATION } from "./written-quantities.ts";

const candidate = z.string().meta({ description: "The name of their folder, or of a member of a team." });
const task = z.string().exactOptional();

const receivedSchema = z
  .strictObject({
    candidate,
    task: task.meta({ description: "If the time is only that of a task." }),
    at: time.meta({ description: "ISO 8601." }),
  })
  .meta({ id: "Received", description: "When a candidate submitted." });

const extensionSchema = z
  .strictObject({
    candidate,
    task: task.meta({ description: "If the deadline is only that of a task." }),
    until: time.exactOptional().meta({ description: "The deadline of this candidate." }),
    extra: z
      .string()
      .regex(DURATION)
      .exactOptional()
      .meta({ description: "Time added to the deadline, such as `2d`." }),
    days: z.number().exactOptional().meta({ description: "The late days that this candidate has left." }),
  })
  .meta({ id: "Extension", description: "A candidate's later deadline." });

const adjustmentSchema = z
  .strictObject({
    candidate,
    task: task.meta({ description: "Absent if it changes the total." }),
    points: z.number().exactOptional().meta({ description: "The mark for the task." }),
    change: z.number().exactOptional().meta({ description: "Added to the mark." }),
    reason: z.string(),
  })
  .meta({ id: "Adjustment", description: "A mark that a person changed." });

const memberSchema = z
  .strictObject({ team: z.string().meta({ description: "The name of the team's folder." }), candidate: z.string() })
  .meta({ id: "TeamMember", description: "A person who submits in a team's folder." });

/** Facts about hand-ins and people that marks depend on, as in `results.json`. */
export const markFactsShape = {
  received: z.array(receivedSchema).exactOptional(),
  extensions: z.array(extensionSchema).exactOptional(),
  adjustments: z.array(adjustmentSchema).exactOptional(),
  teams: z.array(memberSchema).exactOptional(),
};

const markFactsSchema = z.strictObject(markFactsShape);

export type MarkFacts = Written<typeof markFactsSchema>;
export type Received = NonNullable<MarkFacts["received"]>[number];
export type Extension = NonNullable<MarkFacts["extensions"]>[number];
export type Adjustment = NonNullable<MarkFacts["adjustments"]>[number];
export type TeamMember = NonNullable<MarkFacts["teams"]>[number];

/** The facts of a run, without the rest of it. */
export function factsOf({ received, extensions, adjustments, teams }: MarkFacts): MarkFacts {
  return {
    ...(received && { received }),
    ...(extensions && { extensions }),
    ...(adjustments && { adjustments }),
    ...(teams && { teams }),
  };
}
