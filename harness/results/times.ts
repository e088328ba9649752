import * as z from "zod";

/** As in `results.json`. */
export const time = z.iso.datetime({ offset: true });

/** What {@link isTime} accepts, for messages. */
export const TIME_WORDS = "must be a date and time with a time zone, such as 2026-05-04T18:00:00+02:00";

/** Whether it is an ISO 8601 date and time with a time zone: others would depend on the grading machine. */
export function isTime(text: string): boolean {
  return time.safeParse(text).success;
}
