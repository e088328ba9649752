import { group } from "d3-array";
import type { BuiltInCopy, Results } from "../results/results.ts";
import { printable } from "../text/printable.ts";

/** `the tuned kernel`, `the example submissions/fast`, `docs/tutorial/step-5` */
export function builtInSourceText(source: string): string {
  if (source === "plain" || source === "tuned") return `the ${source} kernel`;
  return source.startsWith("submissions/") ? `the example ${source}` : source;
}

/** A warning about submissions that are code which comes with Kernelmark, or none if there are none. */
export function builtInRemarks({ builtInCode = [], assignment }: Results): string[] {
  const isRefused = assignment.builtInCode === "refuse";
  const verbatim = builtInCode.filter(({ isVerbatim }) => isVerbatim);
  const renamed = builtInCode.filter(({ isVerbatim }) => !isVerbatim);
  const remarks: string[] = [];
  if (verbatim.length > 0) {
    const effect = isRefused
      ? "They get no points for it, as the assignment says."
      : "It counts like any other; `builtInCode: refuse` in the assignment gives no points for it.";
    remarks.push(`Submitted code that comes with Kernelmark: ${listed(verbatim)}. ${effect}`);
  }
  if (renamed.length > 0) {
    remarks.push(
      `Submitted code that comes with Kernelmark, with other names or numbers: ${listed(renamed)}. It counts like any other: compare the sources.`,
    );
  }
  return remarks;
}

/** `ada`, `eve` (softmax: the tuned kernel); `bob` (attention: the plain kernel) */
function listed(copies: readonly BuiltInCopy[]): string {
  const bySource = group(copies, ({ task, source }) => `${task}: ${builtInSourceText(source)}`);
  return [...bySource]
    .map(([about, own]) => `${own.map(({ candidate }) => `\`${printable(candidate)}\``).join(", ")} (${about})`)
    .join("; ");
}
