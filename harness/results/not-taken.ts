import * as z from "zod";
import type { Written } from "../task/written.ts";
import { printable } from "../text/printable.ts";
import type { Attempt } from "./attempt.ts";

export const notTakenSchema = z
  .strictObject({
    candidate: z.string(),
    path: z.string().meta({ description: "Relative to the folder of all submissions." }),
    task: z.string().meta({ description: "The task for which it was probably meant; empty if unknown." }),
    instead: z.string().meta({ description: "The candidate's file that was graded for this task; empty if none was." }),
    reason: z.string().meta({ description: "A sentence for the candidate." }),
    fix: z.string().meta({ description: "An imperative sentence for the candidate." }),
  })
  .meta({ id: "NotTaken", description: "A file that was not graded, though a candidate probably submitted it." });

/** A file that was not graded, though a candidate probably submitted it. */
export type NotTaken = Written<typeof notTakenSchema>;

/**
 * Drops files that turn out to be no omission once attempts show what they import and which candidates lack a
 * submission: files that an attempt reads, and files of no known task next to complete work.
 */
export function stillNotTaken(found: readonly NotTaken[], attempts: readonly Attempt[]): NotTaken[] {
  const imported = new Set(
    attempts.flatMap(({ candidate, files }) => files.map(({ name }) => printable(`${candidate}/${name}`))),
  );
  const graded = new Set<string>();
  const lacking = new Set<string>();
  for (const { candidate, verdict } of attempts) (verdict === "missing" ? lacking : graded).add(candidate);
  return found.filter(
    ({ candidate, path, task }) =>
      !imported.has(path) && (task !== "" || lacking.has(candidate) || !graded.has(candidate)),
  );
}

/** The candidate's files that were probably meant for a task without a submission, or may have been. */
export function meantFor(notTaken: readonly NotTaken[], candidate: string, task: string): NotTaken[] {
  const own = notTaken.filter((one) => one.candidate === candidate && one.instead === "");
  const certain = own.filter((one) => one.task === task);
  return certain.length > 0 ? certain : own.filter((one) => one.task === "");
}

/** `` `alice/my_softmax.ts` was not taken. Its name is not that of a task. Rename it to `softmax.ts`. `` */
export function notTakenSentence({ path, reason, fix }: NotTaken): string {
  return `\`${path}\` was not taken. ${reason} ${fix}`;
}
