import type { Assignment, LateRule } from "../results/assignment.ts";
import type { Extension } from "../results/mark-facts.ts";
import { DAY_MS, durationMs, shareOf } from "../results/written-quantities.ts";
import { count } from "../text/count.ts";

/** What lateness does to an attempt's points. */
export interface Lateness {
  /** The share of the earned points that it costs. */
  readonly share: number;
  /** For people, as `1 day late: 10 % off`; empty if it was on time. */
  readonly remark: string;
  /** Late days that would still change `share`. */
  readonly daysLate: number;
}

/** A candidate's deadline for a task. */
export interface OwnDeadline {
  /** In milliseconds since the epoch. */
  readonly at: number;
  /** `deadline extended to …`; empty without an extension. */
  readonly remark: string;
}

/** Without a rule, nobody is late. Work on time loses nothing. */
const ON_TIME: Lateness = { share: 0, remark: "", daysLate: 0 };

/**
 * A candidate's deadline: that of the assignment, or the latest of their extensions for the task.
 *
 * @param extensions the candidate's own
 */
export function ownDeadline(deadline: string, task: string, extensions: readonly Extension[]): OwnDeadline {
  const general = Date.parse(deadline);
  const own = extensions
    .filter((one) => one.task === undefined || one.task === task)
    .map(({ until, extra = "0m" }) => {
      const at = until === undefined ? general + durationMs(extra) : Date.parse(until);
      return { at, text: until ?? new Date(at).toISOString().replace(".000Z", "Z") };
    });
  return own.reduce<OwnDeadline>(
    (latest, { at, text }) => (at > latest.at ? { at, remark: `deadline extended to ${text}` } : latest),
    { at: general, remark: "" },
  );
}

/** The late days that a candidate has: those of the assignment, or those that an extension names. */
export function lateDaysOf({ late }: Assignment, extensions: readonly Extension[]): number {
  return extensions.find(({ days }) => days !== undefined)?.days ?? late?.days ?? 0;
}

/**
 * How late an attempt is. A day counts once it has started, and the grace period moves the deadline.
 *
 * @param received ISO 8601; undefined if it is not known
 * @param lateDays the late days spent on the assignment: each moves the deadline by a day
 */
export function latenessOf(
  received: string | undefined,
  rule: LateRule | undefined,
  deadline: number,
  lateDays: number,
): Lateness {
  if (rule === undefined) return ON_TIME;
  if (received === undefined) return { ...ON_TIME, remark: "hand-in time unknown: counted as on time" };
  const beyond = Date.parse(received) - deadline - durationMs(rule.grace ?? "0m");
  const daysLate = Math.max(0, Math.ceil(beyond / DAY_MS));
  if (daysLate === 0) return ON_TIME;
  const days = Math.max(0, daysLate - lateDays);
  const late = `${count(daysLate, "day")} late`;
  const spent = Math.min(lateDays, daysLate);
  const words = spent === 0 ? late : `${late}, ${count(spent, "late day")} used`;
  if (days === 0) return { share: 0, remark: words, daysLate };
  if (rule.until !== undefined && beyond - lateDays * DAY_MS > durationMs(rule.until)) {
    return { share: 1, remark: `${words}: not accepted more than ${rule.until} late`, daysLate };
  }
  const full = days * shareOf(rule.perDay);
  const most = rule.max === undefined ? 1 : shareOf(rule.max);
  const share = Math.min(full, most);
  const limit = full > most ? ", the most" : "";
  return { share, remark: `${words}: ${Number((100 * share).toFixed(2))} % off${limit}`, daysLate };
}
