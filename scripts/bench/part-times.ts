import * as z from "zod";

/** Time of one part of the harness. */
const partTimeSchema = z.object({
  name: z.string(),
  medianMs: z.number(),
  p99Ms: z.number(),
  /** Half-width of the mean's 95 % interval. */
  errorPercent: z.number(),
  samples: z.number(),
});
export type PartTime = z.output<typeof partTimeSchema>;

/** The content of `--out`: the parts, and the machine that measured them. */
export const partTimesSchema = z.object({
  task: z.string(),
  machine: z.string(),
  node: z.string(),
  parts: z.array(partTimeSchema),
});
export type PartTimes = z.output<typeof partTimesSchema>;

/** The rows of a table of all parts. */
export function timeRows(parts: readonly PartTime[]): string[][] {
  return parts.map(({ name, medianMs, p99Ms, errorPercent, samples }) => [
    name,
    milliseconds(medianMs),
    milliseconds(p99Ms),
    `${errorPercent.toFixed(1)} %`,
    (1000 / medianMs).toFixed(1),
    String(samples),
  ]);
}

/** The rows of a table of two measurements: both medians, and the second as a multiple of the first. */
export function comparisonRows(a: readonly PartTime[], b: readonly PartTime[]): string[][] {
  const names = new Set([...a, ...b].map(({ name }) => name));
  return [...names].map((name) => {
    const [one, other] = [a, b].map((parts) => parts.find((part) => part.name === name));
    const ratio = one === undefined || other === undefined ? "–" : (other.medianMs / one.medianMs).toFixed(2);
    return [name, ...[one, other].map((part) => (part === undefined ? "–" : milliseconds(part.medianMs))), ratio];
  });
}

function milliseconds(ms: number): string {
  return ms < 100 ? ms.toPrecision(3) : ms.toFixed(0);
}
